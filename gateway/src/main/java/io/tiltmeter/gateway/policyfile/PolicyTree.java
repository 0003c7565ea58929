package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.DurationText;
import io.tiltmeter.gateway.sourcefile.WireName;
import io.tiltmeter.policy.gate.JudgeCalibration;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Policy.Categories;
import io.tiltmeter.policy.gate.Policy.Category;
import io.tiltmeter.policy.gate.Policy.Rule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** A policy with every default filled in, under the keys of its file and in their order. */
public final class PolicyTree {
  private PolicyTree() {}

  /** The policy as maps, lists, strings, numbers and booleans. */
  public static Map<String, Object> of(Policy policy) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("schema", Policy.SCHEMA);
    tree.put("name", policy.name());
    tree.put("version", policy.version());
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
    return tree;
  }

  /** The policy as a YAML file that reads as the same policy; one policy has one text. */
  public static String yaml(Policy policy) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setSplitLines(false).build();
    return new Dump(settings).dumpToString(of(policy));
  }

  private static Map<String, Object> gate(Policy.Gate gate) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("margin", gate.margin());
    tree.put("alpha_pass", gate.alphaPass());
    tree.put("alpha_block", gate.alphaBlock());
    tree.put("minimum_behaviours", gate.minimumBehaviours());
    return tree;
  }

  private static Map<String, Object> categories(Categories categories) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("default", category(categories.defaults()));
    new TreeMap<>(categories.named()).forEach((name, rule) -> tree.put(name, category(rule)));
    return tree;
  }

  private static Map<String, Object> category(Category category) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("margin", category.margin());
    tree.put("require", WireName.of(category.require()));
    tree.put("zero_tolerance", category.zeroTolerance());
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

  private static Map<String, Object> scan(Policy.Scan scan) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("block", scan.block());
    tree.put("review", scan.review());
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
