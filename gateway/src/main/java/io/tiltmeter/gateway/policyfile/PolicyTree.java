package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.DurationText;
import io.tiltmeter.gateway.sourcefile.WireName;
import io.tiltmeter.policy.gate.JudgeCalibration;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Policy.Categories;
import io.tiltmeter.policy.gate.Policy.Category;
import io.tiltmeter.policy.gate.Policy.Rule;
import io.tiltmeter.policy.gate.Profile;
import io.tiltmeter.policy.lineage.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * A policy with every default filled in, under the keys of its file and in their order, as maps,
 * lists, strings, numbers and booleans.
 *
 * <p>Kept verdicts name digests over this tree for ever. A key that did not exist in the first
 * version of the format is therefore in it only where the file says something else than its
 * default: a file that does not know the key keeps its digest.
 */
public final class PolicyTree {
  private final boolean whole;
  private final Policy file;

  /**
   * @param whole whether later keys are there in any case
   * @param file what a profile takes where it says nothing; what it says otherwise has to be there
   */
  private PolicyTree(boolean whole, Policy file) {
    this.whole = whole;
    this.file = file;
  }

  /** The policy as its digest is taken. */
  public static Map<String, Object> of(Policy policy) {
    return new PolicyTree(false, policy).tree(policy);
  }

  /** The policy with the defaults of later keys, too. */
  public static Map<String, Object> whole(Policy policy) {
    return new PolicyTree(true, policy).tree(policy);
  }

  private Map<String, Object> tree(Policy policy) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("schema", Policy.SCHEMA);
    tree.put("name", policy.name());
    tree.put("version", policy.version());
    parts(policy, tree);
    if (whole || !policy.profiles().isEmpty()) {
      tree.put("profiles", policy.profiles().stream().map(this::profile).toList());
    }
    return tree;
  }

  /** What a profile may give, too. */
  private void parts(Policy policy, Map<String, Object> tree) {
    tree.put("gate", gate(policy.gate()));
    tree.put("categories", categories(policy.categories()));
    tree.put("over_refusal", overRefusal(policy.overRefusal()));
    tree.put("capability", Map.of("margin", policy.capability().margin()));
    tree.put("base", Map.of("minimum_refusal_rate", policy.base().minimumRefusalRate()));
    tree.put("judge", judge(policy.judge()));
    tree.put("runtime", Map.of("sandbox", WireName.of(policy.runtime().sandbox())));
    tree.put("scan", scan(policy.scan()));
    tree.put("release", release(policy.release()));
    tree.put("rules", policy.rules().stream().map(PolicyTree::rule).toList());
    if (says(policy, Policy::review)) {
      List<String> kinds = policy.review().twoPeopleFor().stream().map(WireName::of).toList();
      tree.put("review", Map.of("two_people_for", kinds));
    }
    if (says(policy, Policy::disclosure)) {
      tree.put("disclosure", WireName.of(policy.disclosure()));
    }
  }

  /** Whether the policy, or the file around it, says something else than the default. */
  private boolean says(Policy policy, Function<Policy, Object> part) {
    Object usual = part.apply(Policy.DEFAULT);
    return whole || !part.apply(policy).equals(usual) || !part.apply(file).equals(usual);
  }

  private Map<String, Object> profile(Profile profile) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", profile.name());
    putNames("tiers", profile.tiers(), tree);
    putNames("tenants", profile.tenants(), tree);
    putNames("base_models", profile.baseModels(), tree);
    parts(profile.policy(), tree);
    return tree;
  }

  private static void putNames(String key, List<String> names, Map<String, Object> tree) {
    if (!names.isEmpty()) {
      tree.put(key, names);
    }
  }

  /** The policy as a YAML file that reads as the same policy; one policy has one text. */
  public static String yaml(Policy policy) {
    return yaml(of(policy));
  }

  /** As {@link #yaml(Policy)}, with the defaults of later keys, too. */
  public static String wholeYaml(Policy policy) {
    return yaml(whole(policy));
  }

  private static String yaml(Map<String, Object> tree) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSplitLines(false)
            // A list that stands in two places is written twice: the reader takes no aliases.
            .setDereferenceAliases(true)
            .build();
    return new Dump(settings).dumpToString(tree);
  }

  private static Map<String, Object> gate(Policy.Gate gate) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("margin", gate.margin());
    tree.put("alpha_pass", gate.alphaPass());
    tree.put("alpha_block", gate.alphaBlock());
    tree.put("minimum_behaviours", gate.minimumBehaviours());
    return tree;
  }

  private Map<String, Object> categories(Categories categories) {
    // One floor brings all: a category takes what it leaves out from others.
    boolean floors = whole || hasFloor(categories) || hasFloor(file.categories());
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("default", category(categories.defaults(), floors));
    new TreeMap<>(categories.named())
        .forEach((name, rule) -> tree.put(name, category(rule, floors)));
    return tree;
  }

  private static boolean hasFloor(Categories categories) {
    return Stream.concat(Stream.of(categories.defaults()), categories.named().values().stream())
        .anyMatch(category -> category.minimumRefusalRate() > 0);
  }

  private static Map<String, Object> category(Category category, boolean floor) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("margin", category.margin());
    tree.put("require", WireName.of(category.require()));
    tree.put("zero_tolerance", category.zeroTolerance());
    if (floor) {
      tree.put("minimum_refusal_rate", category.minimumRefusalRate());
    }
    return tree;
  }

  private static Map<String, Object> overRefusal(Policy.OverRefusal overRefusal) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("margin", overRefusal.margin());
    tree.put("alpha_pass", overRefusal.alphaPass());
    tree.put("alpha_block", overRefusal.alphaBlock());
    return tree;
  }

  private static Map<String, Object> judge(Policy.Judge judge) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("undecided_at_most", judge.undecidedAtMost());
    tree.put("degenerate_at_most", judge.degenerateAtMost());
    tree.put("escalate", judge.escalate());
    JudgeCalibration calibration = judge.calibration();
    if (calibration != null) {
      // Younger than the format: a policy without it must keep the digest that verdicts name.
      tree.put(CalibrationReader.KEY, CalibrationReader.tree(calibration));
    }
    return tree;
  }

  private Map<String, Object> scan(Policy.Scan scan) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("block", scan.block());
    tree.put("review", scan.review());
    if (whole || !scan.reviewSources().isEmpty() || !file.scan().reviewSources().isEmpty()) {
      tree.put("review_sources", scan.reviewSources().stream().map(Source::wireName).toList());
    }
    return tree;
  }

  private static Map<String, Object> release(Policy.Release release) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("two_people_against_gate", release.twoPeopleAgainstGate());
    tree.put("appeal_window", DurationText.write(release.appealWindow()));
    return tree;
  }

  private static Map<String, Object> rule(Rule rule) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", rule.name());
    tree.put("when", rule.when());
    tree.put("then", WireName.of(rule.then()));
    return tree;
  }
}
