package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.policyfile.PolicyChange.Effect;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Policy.Rule;
import io.tiltmeter.policy.gate.Profile;
import io.tiltmeter.policy.lineage.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two policies in what they mean, with every default filled in: a category
 * that only one of them names has the other's {@code default}.
 */
public final class PolicyDiff {
  private static final String RULE = "rules.";
  private static final String DETECTOR = "scan.";
  private static final String SOURCES = DETECTOR + "review_sources";
  private static final String PROFILE = "profiles.";
  private static final Pattern IN_PROFILE = Pattern.compile("profiles\\.[^.]+\\.(.+)");
  private static final Set<String> TITLE = Set.of("schema", "name", "version");

  private final Map<String, Object> before;
  private final Map<String, Object> after;

  private PolicyDiff(Policy from, Policy to) {
    Set<String> categories = new TreeSet<>(categories(from));
    categories.addAll(categories(to));
    Set<String> profiles = new LinkedHashSet<>(names(from.profiles(), Profile::name));
    profiles.addAll(names(to.profiles(), Profile::name));
    before = values(from, categories, profiles);
    after = values(to, categories, profiles);
  }

  private static List<String> categories(Policy policy) {
    return Stream.concat(Stream.of(policy), policy.profiles().stream().map(Profile::policy))
        .flatMap(part -> part.categories().named().keySet().stream())
        .toList();
  }

  /** Every value that differs: what makes the policy laxer first, then stricter, then the rest. */
  public static List<PolicyChange> between(Policy from, Policy to) {
    List<PolicyChange> changes = new ArrayList<>(new PolicyDiff(from, to).changes());
    // The first rule that holds gives the verdict its name, the first profile that fits counts.
    order("rules", names(from.rules(), Rule::name), names(to.rules(), Rule::name), changes);
    order(
        "profiles",
        names(from.profiles(), Profile::name),
        names(to.profiles(), Profile::name),
        changes);
    changes.sort(Comparator.comparing(PolicyChange::effect));
    return List.copyOf(changes);
  }

  private static <T> List<String> names(List<T> parts, Function<T, String> name) {
    return parts.stream().map(name).toList();
  }

  /** Adds a change where those that both have stand in another order. */
  private static void order(
      String path, List<String> from, List<String> to, List<PolicyChange> changes) {
    List<String> first = new ArrayList<>(from);
    List<String> second = new ArrayList<>(to);
    first.retainAll(to);
    second.retainAll(from);
    if (!first.equals(second)) {
      changes.add(new PolicyChange(path, from, to, Effect.NEITHER));
    }
  }

  /**
   * Every value of the policy by its path, those of the profiles too. For a profile that it does
   * not have they are the file's own: these hold for the jobs that it would be for.
   */
  private static Map<String, Object> values(
      Policy policy, Set<String> categories, Set<String> profiles) {
    Map<String, Object> values = values(policy, categories);
    for (String name : profiles) {
      String prefix = PROFILE + name + ".";
      Optional<Profile> profile =
          policy.profiles().stream().filter(one -> one.name().equals(name)).findFirst();
      profile.ifPresent(
          found -> {
            values.put(prefix + "tiers", found.tiers());
            values.put(prefix + "tenants", found.tenants());
            values.put(prefix + "base_models", found.baseModels());
          });
      Map<String, Object> parts = values(profile.map(Profile::policy).orElse(policy), categories);
      parts.keySet().removeAll(TITLE);
      parts.forEach((path, value) -> values.put(prefix + path, value));
    }
    return values;
  }

  /** Every value of the policy by its path, without its profiles. */
  static Map<String, Object> values(Policy policy, Set<String> categories) {
    Map<String, Object> tree = PolicyTree.whole(policy);
    Map<String, Object> values = new LinkedHashMap<>();
    tree.forEach(
        (key, part) -> {
          switch (key) {
            case "categories" -> addCategories(members(part), categories, values);
            case "profiles" -> {}
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
    values.put(SOURCES, scan.reviewSources().stream().map(Source::wireName).toList());
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
              return new PolicyChange(path, from, to, effect(own(path), from, to));
            })
        .toList();
  }

  /** A path without the profile that it is in. */
  private static String own(String path) {
    Matcher inProfile = IN_PROFILE.matcher(path);
    return inProfile.matches() ? inProfile.group(1) : path;
  }

  private static Effect effect(String path, @Nullable Object from, @Nullable Object to) {
    if (path.startsWith(RULE)) {
      return ofRule(from, to);
    }
    if (path.startsWith(DETECTOR) && !path.equals(SOURCES)) {
      return Strictness.ofOutcome(orNothing(from), orNothing(to));
    }
    String key = path.substring(path.lastIndexOf('.') + 1);
    return from == null || to == null
        ? Strictness.ofNaming(key, from == null)
        : Strictness.ofKey(key, from, to);
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
