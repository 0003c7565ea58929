package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.gateway.sourcefile.WireName;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.gate.Condition;
import io.tiltmeter.policy.gate.Policy.Effect;
import io.tiltmeter.policy.gate.Policy.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the part {@code rules} and compiles its conditions. */
final class RuleReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
  private static final List<String> EFFECTS = WireName.all(Effect.values());

  private final CelCompilation compilation;
  private final Issues issues;
  private final Map<String, Place> named = new HashMap<>();

  RuleReader(Set<String> categories, Issues issues) {
    this.compilation = new CelCompilation(categories, issues);
    this.issues = issues;
  }

  List<Rule> read(Fields top, List<Rule> byDefault) {
    if (!top.has("rules")) {
      return byDefault;
    }
    return top.items("rules").orElse(List.of()).stream()
        .map(this::rule)
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<Rule> rule(Node node) {
    return Fields.of(node, "the rule", List.of("name", "when", "then"), issues).flatMap(this::rule);
  }

  private Optional<Rule> rule(Fields fields) {
    String name = fields.requiredName("name", NAME);
    if (name != null) {
      checkUnique(name, fields.placeOf("name"));
    }
    String when = fields.requiredText("when");
    Optional<Condition> condition = condition(fields);
    String then =
        fields.requiredNode("then", "one of " + String.join(", ", EFFECTS)) == null
            ? null
            : fields.word("then", EFFECTS);
    if (name == null || when == null || then == null) {
      return Optional.empty();
    }
    return condition.map(
        compiled -> new Rule(name, when, WireName.find(Effect.values(), then), compiled));
  }

  private Optional<Condition> condition(Fields fields) {
    return fields.node("when") instanceof Node.Text text && !text.value().isBlank()
        ? compilation.compile(text)
        : Optional.empty();
  }

  private void checkUnique(String name, Place place) {
    Place first = named.putIfAbsent(name, place);
    if (first != null) {
      issues.add(
          place,
          "rule %s is named twice, first on line %d; the verdict names the rule that decided"
              .formatted(Words.quote(name), first.line()));
    }
  }
}
