package io.tiltmeter.gateway.sourcefile;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mapping with known keys, asked for typed values.
 *
 * <p>Every question about an absent or wrong value reports what is wrong and answers null or the
 * default, so that one reading finds all problems.
 */
public final class Fields {
  private final Node.Members members;
  private final String what;
  private final Issues issues;

  private Fields(Node.Members members, String what, Issues issues) {
    this.members = members;
    this.what = what;
    this.issues = issues;
  }

  /**
   * The fields of this node; unknown keys are reported.
   *
   * @param what the mapping's name in error messages
   * @param known every key that the mapping may have
   * @return empty, and reported, if the node is no mapping
   */
  public static Optional<Fields> of(Node node, String what, List<String> known, Issues issues) {
    if (!(node instanceof Node.Members members)) {
      reportType(node, what, "a mapping", issues);
      return Optional.empty();
    }
    for (Node.Member member : members.members()) {
      if (!known.contains(member.key())) {
        issues.add(
            member.place(),
            "unknown key %s in %s; the nearest known key is %s"
                .formatted(
                    Words.quote(member.key()),
                    what,
                    Words.quote(Words.nearest(member.key(), known))));
      }
    }
    return Optional.of(new Fields(members, what, issues));
  }

  /** The mapping of this key; one without members where it is absent or, reported, no mapping. */
  public Fields section(String key, List<String> known) {
    Node node = node(key);
    return Optional.ofNullable(node)
        .flatMap(found -> of(found, key, known, issues))
        .orElseGet(() -> new Fields(new Node.Members(placeOf(key), List.of()), key, issues));
  }

  /** The members in file order. */
  public List<Node.Member> members() {
    return members.members();
  }

  /** The value of this key, null where it is absent. */
  public @Nullable Node node(String key) {
    return members.find(key).map(Node.Member::value).orElse(null);
  }

  /** The value of this key; a missing one is reported as needing what is described. */
  public @Nullable Node requiredNode(String key, String expected) {
    Node node = node(key);
    if (node == null) {
      issues.add(
          members.place(), "%s needs %s; add %s".formatted(what, Words.quote(key), expected));
    }
    return node;
  }

  public boolean has(String key) {
    return node(key) != null;
  }

  /** Where the key's value begins, or the mapping where the key is absent. */
  public Place placeOf(String key) {
    Node node = node(key);
    return node == null ? members.place() : node.place();
  }

  /** Where the key itself stands, or the mapping where the key is absent. */
  public Place keyPlace(String key) {
    return members.find(key).map(Node.Member::place).orElse(members.place());
  }

  public Place place() {
    return members.place();
  }

  /** Non-blank text; null where the key is absent, or reported where it is something else. */
  public @Nullable String text(String key) {
    Node node = node(key);
    if (node == null) {
      return null;
    }
    if (!(node instanceof Node.Text text)) {
      reportType(node, Words.quote(key), "text", issues);
      return null;
    }
    if (text.value().isBlank()) {
      issues.add(text.place(), "%s is empty; expected text".formatted(Words.quote(key)));
      return null;
    }
    return text.value();
  }

  /** As {@link #text}; an absent key is reported too. */
  public @Nullable String requiredText(String key) {
    return requiredNode(key, "text") == null ? null : text(key);
  }

  /** As {@link #text}; text that does not match the whole pattern is reported. */
  public @Nullable String name(String key, Pattern pattern) {
    String text = text(key);
    if (text != null && !pattern.matcher(text).matches()) {
      issues.add(
          placeOf(key),
          "%s must match %s, got %s"
              .formatted(Words.quote(key), pattern.pattern(), Words.quote(text)));
      return null;
    }
    return text;
  }

  /** As {@link #name}; an absent key is reported too. */
  public @Nullable String requiredName(String key, Pattern pattern) {
    return requiredNode(key, "text that matches " + pattern.pattern()) == null
        ? null
        : name(key, pattern);
  }

  /** One of the allowed words; null where the key is absent or, reported, another word. */
  public @Nullable String word(String key, List<String> allowed) {
    String text = text(key);
    if (text != null && !allowed.contains(text)) {
      issues.add(
          placeOf(key),
          "%s must be one of %s; got %s, the nearest is %s"
              .formatted(
                  Words.quote(key),
                  String.join(", ", allowed),
                  Words.quote(text),
                  Words.quote(Words.nearest(text, allowed))));
      return null;
    }
    return text;
  }

  /** True or false; the default where the key is absent or, reported, something else. */
  public boolean truth(String key, boolean byDefault) {
    return switch (node(key)) {
      case null -> byDefault;
      case Node.Truth truth -> truth.value();
      case Node other -> {
        reportType(other, Words.quote(key), "true or false", issues);
        yield byDefault;
      }
    };
  }

  /** A number within the range; the default where the key is absent or, reported, wrong. */
  public double number(String key, double byDefault, Range range) {
    return switch (node(key)) {
      case null -> byDefault;
      case Node.Numeric number when range.contains(number.value().doubleValue()) ->
          number.value().doubleValue();
      case Node.Numeric number -> {
        reportRange(number, key, range.toString());
        yield byDefault;
      }
      case Node other -> {
        reportType(other, Words.quote(key), "a number", issues);
        yield byDefault;
      }
    };
  }

  /** An integer from 1 to 1,000,000,000; the default where it is absent or, reported, wrong. */
  public int count(String key, int byDefault) {
    return count(key, byDefault, 1);
  }

  /** As {@link #count}, from 0. */
  public int countOrZero(String key, int byDefault) {
    return count(key, byDefault, 0);
  }

  private int count(String key, int byDefault, int least) {
    return switch (node(key)) {
      case null -> byDefault;
      case Node.Numeric(Place _, Long value) when value >= least && value <= 1_000_000_000 ->
          value.intValue();
      case Node.Numeric number when number.value() instanceof Long -> {
        reportRange(number, key, "at least %d and at most 1000000000".formatted(least));
        yield byDefault;
      }
      case Node other -> {
        reportType(other, Words.quote(key), "an integer", issues);
        yield byDefault;
      }
    };
  }

  private void reportRange(Node.Numeric number, String key, String range) {
    issues.add(
        number.place(), "%s must be %s, got %s".formatted(Words.quote(key), range, number.value()));
  }

  /** The items of a list; empty where the key is absent or, reported, something else. */
  public Optional<List<Node>> items(String key) {
    return switch (node(key)) {
      case null -> Optional.empty();
      case Node.Items items -> Optional.of(items.items());
      case Node other -> {
        reportType(other, Words.quote(key), "a list", issues);
        yield Optional.empty();
      }
    };
  }

  /** Reports that the file's {@code schema} is missing, unless optional, or is another version. */
  public void checkSchema(String expected, boolean required) {
    if (required && requiredNode("schema", Words.quote(expected)) == null) {
      return;
    }
    String found = text("schema");
    if (found != null && !found.equals(expected)) {
      issues.add(
          placeOf("schema"),
          "\"schema\" must be %s, got %s; this version reads no other"
              .formatted(Words.quote(expected), Words.quote(found)));
    }
  }

  /** Reports a value of the wrong type, unless it was reported already. */
  public static void reportType(Node node, String what, String expected, Issues issues) {
    if (node instanceof Node.Broken) {
      return;
    }
    boolean unquoted = node instanceof Node.Numeric || node instanceof Node.Truth;
    String remedy = unquoted && expected.equals("text") ? "; put it in quotes" : "";
    issues.add(
        node.place(), "%s must be %s, got %s%s".formatted(what, expected, node.kind(), remedy));
  }
}
