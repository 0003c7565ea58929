package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.policyfile.PolicyChange.Effect;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Policy.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two policies in what they mean, with every default filled in: a category
 * that only one of them names has the other's {@code default}.
 */
public final class PolicyDiff {
  private static final String RULE = "rules.";
  private static final String DETECTOR = "scan.";

  private final Map<String, Object> before;
  private final Map<String, Object> after;

  private PolicyDiff(Policy from, Policy to) {
    Set<String> categories = new TreeSet<>(from.categories().named().keySet());
    categories.addAll(to.categories().named().keySet());
    before = values(from, categories);
    after = values(to, categories);
  }

  /** Every value that differs: what makes the policy laxer first, then stricter, then the rest. */
  public static List<PolicyChange> between(Policy from, Policy to) {
    List<PolicyChange> changes = new ArrayList<>(new PolicyDiff(from, to).changes());
    if (inOtherOrder(from, to)) {
      // The first rule that holds gives the verdict its name.
      changes.add(new PolicyChange("rules", names(from), names(to), Effect.NEITHER));
    }
    changes.sort(Comparator.comparing(PolicyChange::effect));
    return List.copyOf(changes);
  }

  /** Whether the rules that both have stand in another order. */
  private static boolean inOtherOrder(Policy from, Policy to) {
    List<String> first = new ArrayList<>(names(from));
    List<String> second = new ArrayList<>(names(to));
    first.retainAll(names(to));
    second.retainAll(names(from));
    return !first.equals(second);
  }

  private static List<String> names(Policy policy) {
    return policy.rules().stream().map(Rule::name).toList();
  }

  /** Every value of the policy by its path. */
  static Map<String, Object> values(Policy policy, Set<String> categories) {
    Map<String, Object> tree = PolicyTree.of(policy);
    Map<String, Object> values = new LinkedHashMap<>();
    tree.forEach(
        (key, part) -> {
          switch (key) {
            case "categories" -> addCategories(members(part), categories, values);
            case "scan" -> addDetectors(policy.scan(), values);
            case "rules" ->
                items(part).forEach(rule -> values.put(RULE + rule.get("name"), withoutName(rule)));
            default -> add(key, part, values);
          }
        });
    return values;
  }

  private static void addCategories(
      Map<?, ?> named, Set<String> categories, Map<String, Object> values) {
    Object defaults = Objects.requireNonNull(named.get("default"));
    add("categories.default", defaults, values);
    for (String category : categories) {
      Object own = named.get(category);
      add("categories." + category, own == null ? defaults : own, values);
    }
  }

  private static void addDetectors(Policy.Scan scan, Map<String, Object> values) {
    scan.block().forEach(detector -> values.put(DETECTOR + detector, "block"));
    scan.review().forEach(detector -> values.put(DETECTOR + detector, "review"));
  }

  private static void add(String path, Object value, Map<String, Object> values) {
    if (value instanceof Map<?, ?> part) {
      part.forEach((key, member) -> add(path + "." + key, Objects.requireNonNull(member), values));
    } else {
      values.put(path, value);
    }
  }

  private static Map<?, ?> members(Object part) {
    return (Map<?, ?>) part;
  }

  private static List<? extends Map<?, ?>> items(Object part) {
    return ((List<?>) part).stream().map(PolicyDiff::members).toList();
  }

  private static Map<String, Object> withoutName(Map<?, ?> rule) {
    Map<String, Object> rest = new LinkedHashMap<>();
    rest.put("then", Objects.requireNonNull(rule.get("then")));
    rest.put("when", Objects.requireNonNull(rule.get("when")));
    return rest;
  }

  private List<PolicyChange> changes() {
    Set<String> paths = new LinkedHashSet<>(before.keySet());
    paths.addAll(after.keySet());
    return paths.stream()
        .filter(path -> !Objects.equals(before.get(path), after.get(path)))
        .map(
            path -> {
              Object from = before.get(path);
              Object to = after.get(path);
              return new PolicyChange(path, from, to, effect(path, from, to));
            })
        .toList();
  }

  private static Effect effect(String path, @Nullable Object from, @Nullable Object to) {
    if (path.startsWith(RULE)) {
      return ofRule(from, to);
    }
    if (path.startsWith(DETECTOR)) {
      return Strictness.ofOutcome(orNothing(from), orNothing(to));
    }
    return from == null || to == null
        ? Effect.NEITHER
        : Strictness.ofKey(path.substring(path.lastIndexOf('.') + 1), from, to);
  }

  /** Which of two conditions holds more often cannot be told from their texts. */
  private static Effect ofRule(@Nullable Object from, @Nullable Object to) {
    boolean otherCondition =
        from != null
            && to != null
            && !Objects.equals(members(from).get("when"), members(to).get("when"));
    return otherCondition ? Effect.NEITHER : Strictness.ofOutcome(outcome(from), outcome(to));
  }

  private static Object outcome(@Nullable Object rule) {
    return orNothing(rule == null ? null : members(rule).get("then"));
  }

  private static Object orNothing(@Nullable Object outcome) {
    return Objects.requireNonNullElse(outcome, Strictness.NOTHING);
  }
}
