package io.tiltmeter.gateway.sourcefile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads a list of names, each of which may be there once. */
public final class NameList {
  private final String key;
  private final Issues issues;
  private final Map<String, Place> read = new LinkedHashMap<>();

  private NameList(String key, Issues issues) {
    this.key = key;
    this.issues = issues;
  }

  /** Names that match the whole pattern, at least one; empty where the key is absent or wrong. */
  public static List<String> matching(Fields fields, String key, Pattern pattern, Issues issues) {
    NameList list = new NameList(key, issues);
    Optional<List<Node>> items = fields.items(key);
    if (items.isPresent() && items.get().isEmpty()) {
      issues.add(
          fields.placeOf(key), "%s is empty; expected at least one".formatted(Words.quote(key)));
    }
    return list.read(
        items.orElse(List.of()),
        name ->
            pattern.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                    "%s must match %s, got %s"
                        .formatted(Words.quote(key), pattern.pattern(), Words.quote(name))));
  }

  /** Some of these words; the default where the key is absent. */
  public static List<String> among(
      Fields fields, String key, List<String> words, List<String> byDefault, Issues issues) {
    if (!fields.has(key)) {
      return byDefault;
    }
    return new NameList(key, issues)
        .read(
            fields.items(key).orElse(List.of()),
            name ->
                words.contains(name)
                    ? Optional.empty()
                    : Optional.of(
                        "%s must name some of %s; got %s, the nearest is %s"
                            .formatted(
                                Words.quote(key),
                                String.join(", ", words),
                                Words.quote(name),
                                Words.quote(Words.nearest(name, words)))));
  }

  private List<String> read(List<Node> items, Function<String, Optional<String>> problem) {
    items.forEach(item -> add(item, problem));
    return new ArrayList<>(read.keySet());
  }

  private void add(Node item, Function<String, Optional<String>> problem) {
    if (!(item instanceof Node.Text text)) {
      Fields.reportType(item, "a name in " + Words.quote(key), "text", issues);
      return;
    }
    Optional<String> wrong = problem.apply(text.value());
    if (wrong.isPresent()) {
      issues.add(text.place(), wrong.get());
      return;
    }
    Place first = read.putIfAbsent(text.value(), text.place());
    if (first != null) {
      issues.add(
          text.place(),
          "%s is named twice in %s, first on line %d; remove one"
              .formatted(Words.quote(text.value()), Words.quote(key), first.line()));
    }
  }
}
