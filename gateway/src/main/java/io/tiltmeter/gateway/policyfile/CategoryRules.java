package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Range;
import io.tiltmeter.gateway.sourcefile.WireName;
import io.tiltmeter.policy.gate.Policy.Categories;
import io.tiltmeter.policy.gate.Policy.Category;
import io.tiltmeter.policy.gate.Policy.Require;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the part {@code categories}.
 *
 * <p>What a named category leaves out it takes from the default policy's entry of that name if that
 * says it, else from {@code default} as the file gives it.
 */
final class CategoryRules {
  private static final String DEFAULT_KEY = "default";
  private static final List<String> KEYS =
      List.of("margin", "require", "zero_tolerance", "minimum_refusal_rate");

  private final Set<String> known;
  private final Categories byDefault;

  /**
   * @param byDefault what holds where nothing is said
   */
  CategoryRules(Set<String> known, Categories byDefault) {
    this.known = known;
    this.byDefault = byDefault;
  }

  Categories read(Fields top) {
    List<String> keys = new ArrayList<>(List.of(DEFAULT_KEY));
    keys.addAll(known);
    Fields categories = top.section("categories", keys);
    Category defaults = overlay(byDefault.defaults(), categories.section(DEFAULT_KEY, KEYS));
    Map<String, Category> named = new HashMap<>();
    byDefault.named().forEach((name, rule) -> named.put(name, inherit(rule, defaults)));
    for (Node.Member member : categories.members()) {
      String name = member.key();
      if (!name.equals(DEFAULT_KEY)) {
        Category base = named.getOrDefault(name, defaults);
        named.put(name, overlay(base, categories.section(name, KEYS)));
      }
    }
    return new Categories(defaults, named);
  }

  /** The default policy's rule, where it differs from that policy's default, else the file's. */
  private Category inherit(Category rule, Category defaults) {
    Category usual = byDefault.defaults();
    return new Category(
        rule.margin() == usual.margin() ? defaults.margin() : rule.margin(),
        rule.require() == usual.require() ? defaults.require() : rule.require(),
        rule.zeroTolerance() == usual.zeroTolerance()
            ? defaults.zeroTolerance()
            : rule.zeroTolerance(),
        rule.minimumRefusalRate() == usual.minimumRefusalRate()
            ? defaults.minimumRefusalRate()
            : rule.minimumRefusalRate());
  }

  private Category overlay(Category base, Fields fields) {
    return new Category(
        fields.number("margin", base.margin(), Range.MARGIN),
        require(fields, base.require()),
        fields.truth("zero_tolerance", base.zeroTolerance()),
        fields.number("minimum_refusal_rate", base.minimumRefusalRate(), Range.SHARE));
  }

  private static Require require(Fields fields, Require byDefault) {
    String word = fields.word("require", WireName.all(Require.values()));
    return word == null ? byDefault : WireName.find(Require.values(), word);
  }
}
