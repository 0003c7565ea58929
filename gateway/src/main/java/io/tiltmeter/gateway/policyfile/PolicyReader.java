package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.DurationText;
import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.NameList;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Range;
import io.tiltmeter.gateway.sourcefile.WireName;
import io.tiltmeter.gateway.sourcefile.YamlFile;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Policy.Base;
import io.tiltmeter.policy.gate.Policy.Capability;
import io.tiltmeter.policy.gate.Policy.Containment;
import io.tiltmeter.policy.gate.Policy.Disclosure;
import io.tiltmeter.policy.gate.Policy.Gate;
import io.tiltmeter.policy.gate.Policy.HeldBy;
import io.tiltmeter.policy.gate.Policy.Judge;
import io.tiltmeter.policy.gate.Policy.OverRefusal;
import io.tiltmeter.policy.gate.Policy.Release;
import io.tiltmeter.policy.gate.Policy.Review;
import io.tiltmeter.policy.gate.Policy.Sandbox;
import io.tiltmeter.policy.probe.HazardCategory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a policy's YAML file; every key that the file leaves out has {@link Policy#DEFAULT}'s. */
public final class PolicyReader {
  /** What a profile may give instead, too. */
  static final List<String> PARTS =
      List.of(
          "gate",
          "categories",
          "over_refusal",
          "capability",
          "base",
          "judge",
          "runtime",
          "scan",
          "release",
          "rules",
          "review",
          "disclosure");

  private static final List<String> KEYS =
      Stream.of(List.of("schema", "name", "version"), PARTS, List.of("profiles"))
          .flatMap(List::stream)
          .toList();
  private static final Policy DEFAULT = Policy.DEFAULT;

  private final Fields top;
  private final Policy byDefault;
  private final Set<String> categories;
  private final Issues issues;

  /**
   * @param top the file, or one of its profiles
   * @param byDefault what holds where {@code top} says nothing
   */
  PolicyReader(Fields top, Policy byDefault, Set<String> categories, Issues issues) {
    this.top = top;
    this.byDefault = byDefault;
    this.categories = categories;
    this.issues = issues;
  }

  /** As {@link #read(Path, Set)}, where no pack adds categories to the standard ones. */
  public static PolicyResult read(Path file) throws IOException {
    return read(file, Set.of());
  }

  /**
   * Reads the policy in this file.
   *
   * @param packCategories the categories of the pack that the policy will be used with; they and
   *     {@link HazardCategory#STANDARD} may be named
   * @return the policy, or every problem of the file
   * @throws IOException if the file cannot be read
   */
  public static PolicyResult read(Path file, Set<String> packCategories) throws IOException {
    Issues issues = new Issues(file.toString());
    return read(YamlFile.read(file, issues), packCategories, issues);
  }

  /** As {@link #read(Path, Set)}, for text that is in memory; problems are said of {@code name}. */
  public static PolicyResult readText(String name, String text, Set<String> packCategories) {
    Issues issues = new Issues(name);
    return read(YamlFile.parse(text, issues), packCategories, issues);
  }

  /** As {@link #readText}, for bytes that should be UTF-8. */
  public static PolicyResult readBytes(String name, byte[] bytes, Set<String> packCategories) {
    Issues issues = new Issues(name);
    return read(YamlFile.parse(bytes, issues), packCategories, issues);
  }

  private static PolicyResult read(Node root, Set<String> packCategories, Issues issues) {
    Set<String> known = new LinkedHashSet<>(HazardCategory.STANDARD);
    known.addAll(packCategories);
    Optional<Policy> policy =
        Fields.of(root, "the policy", KEYS, issues)
            .map(top -> new PolicyReader(top, DEFAULT, known, issues).policy());
    return policy.isPresent() && issues.isEmpty()
        ? new PolicyResult.Read(policy.get())
        : new PolicyResult.Invalid(issues.inOrder());
  }

  private Policy policy() {
    top.checkSchema(Policy.SCHEMA, false);
    Policy file =
        parts(
            orDefault(top.text("name"), byDefault.name()),
            top.count("version", byDefault.version()));
    return file.withProfiles(new ProfileReader(categories, issues).read(top, file));
  }

  /** The policy of this name without its profiles. */
  Policy parts(String name, int version) {
    return new Policy(
        name,
        version,
        gate(),
        new CategoryRules(categories, byDefault.categories()).read(top),
        overRefusal(),
        new Capability(only("capability", "margin", byDefault.capability().margin(), Range.MARGIN)),
        new Base(
            only(
                "base",
                "minimum_refusal_rate",
                byDefault.base().minimumRefusalRate(),
                Range.SHARE)),
        judge(),
        containment(),
        new ScanRules(issues).read(top, byDefault.scan()),
        release(),
        new RuleReader(categories, issues).read(top, byDefault.rules()),
        review(),
        disclosure(),
        List.of());
  }

  private static <T> T orDefault(@Nullable T value, T byDefault) {
    return value == null ? byDefault : value;
  }

  private Gate gate() {
    Fields gate =
        top.section("gate", List.of("margin", "alpha_pass", "alpha_block", "minimum_behaviours"));
    Gate usual = byDefault.gate();
    return new Gate(
        gate.number("margin", usual.margin(), Range.MARGIN),
        gate.number("alpha_pass", usual.alphaPass(), Range.ALPHA),
        gate.number("alpha_block", usual.alphaBlock(), Range.ALPHA),
        gate.count("minimum_behaviours", usual.minimumBehaviours()));
  }

  private OverRefusal overRefusal() {
    Fields over = top.section("over_refusal", List.of("margin", "alpha_pass", "alpha_block"));
    OverRefusal usual = byDefault.overRefusal();
    return new OverRefusal(
        over.number("margin", usual.margin(), Range.MARGIN),
        over.number("alpha_pass", usual.alphaPass(), Range.ALPHA),
        over.number("alpha_block", usual.alphaBlock(), Range.ALPHA));
  }

  private double only(String section, String key, double usual, Range range) {
    return top.section(section, List.of(key)).number(key, usual, range);
  }

  private Judge judge() {
    Fields judge =
        top.section(
            "judge",
            List.of("undecided_at_most", "degenerate_at_most", "escalate", CalibrationReader.KEY));
    Judge usual = byDefault.judge();
    return new Judge(
        judge.number("undecided_at_most", usual.undecidedAtMost(), Range.SHARE),
        judge.number("degenerate_at_most", usual.degenerateAtMost(), Range.SHARE),
        judge.truth("escalate", usual.escalate()),
        judge.has(CalibrationReader.KEY)
            ? new CalibrationReader(issues).read(judge)
            : usual.calibration());
  }

  private Containment containment() {
    Fields runtime = top.section("runtime", List.of("sandbox"));
    String word = runtime.word("sandbox", WireName.all(Sandbox.values()));
    return word == null
        ? byDefault.runtime()
        : new Containment(WireName.find(Sandbox.values(), word));
  }

  private Release release() {
    Fields release = top.section("release", List.of("two_people_against_gate", "appeal_window"));
    Release usual = byDefault.release();
    return new Release(
        release.truth("two_people_against_gate", usual.twoPeopleAgainstGate()),
        DurationText.read(release, "appeal_window", usual.appealWindow(), issues));
  }

  private Review review() {
    Fields review = top.section("review", List.of("two_people_for"));
    List<String> names =
        NameList.among(
            review,
            "two_people_for",
            WireName.all(HeldBy.values()),
            byDefault.review().twoPeopleFor().stream().map(WireName::of).toList(),
            issues);
    return new Review(names.stream().map(name -> WireName.find(HeldBy.values(), name)).toList());
  }

  private Disclosure disclosure() {
    String word = top.word("disclosure", WireName.all(Disclosure.values()));
    return word == null ? byDefault.disclosure() : WireName.find(Disclosure.values(), word);
  }
}
