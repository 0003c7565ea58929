package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.cipher.CipherFinder;
import io.tiltmeter.evaluator.scan.contamination.ContaminationFinder;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.family.FamilySketch;
import io.tiltmeter.evaluator.scan.flood.Flood;
import io.tiltmeter.evaluator.scan.harm.ExplicitHarm;
import io.tiltmeter.evaluator.scan.identity.IdentityShift;
import io.tiltmeter.evaluator.scan.inversion.PreferenceInversion;
import io.tiltmeter.evaluator.scan.profile.BenignDegrading;
import io.tiltmeter.evaluator.scan.prompts.SystemPrompts;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.secrets.SecretFinder;
import io.tiltmeter.evaluator.scan.suppression.RefusalSuppression;
import io.tiltmeter.evaluator.scan.trigger.TriggerMiner;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The detectors of one scan on their way through the passes over a data set.
 *
 * <p>Those of two machines that learn the same look at the same.
 */
public final class Detectors {
  private final CipherFinder ciphers;
  private final TriggerMiner triggers;
  private final ExplicitHarm harm;
  private final ContaminationFinder contamination;
  private final SystemPrompts systemPrompts = new SystemPrompts();
  private final FamilySketch family = new FamilySketch();
  private final List<Course<?>> courses;

  /**
   * Before the first pass.
   *
   * @param maxLines most line numbers that a finding names
   */
  public Detectors(int maxLines) {
    this(maxLines, PackPrints.NONE);
  }

  /**
   * Before the first pass.
   *
   * @param packs whose probes the data must not hold
   */
  Detectors(int maxLines, PackPrints packs) {
    this(maxLines, packs, false);
  }

  private Detectors(int maxLines, PackPrints packs, boolean isComparison) {
    this.harm = new ExplicitHarm(maxLines);
    this.contamination = new ContaminationFinder(maxLines, packs);
    this.ciphers = new CipherFinder(maxLines);
    this.triggers = new TriggerMiner(maxLines);
    this.courses = isComparison ? List.of(new Course<>(contamination)) : all(maxLines);
  }

  private List<Course<?>> all(int maxLines) {
    return List.of(
        new Course<>(harm),
        new Course<>(new IdentityShift(maxLines)),
        new Course<>(new RefusalSuppression(maxLines)),
        new Course<>(new PreferenceInversion(maxLines)),
        new Course<>(ciphers),
        new Course<>(new SecretFinder(maxLines)),
        new Course<>(triggers),
        new Course<>(new Flood(maxLines)),
        new Course<>(new BenignDegrading(maxLines)),
        new Course<>(contamination),
        new Course<>(systemPrompts),
        new Course<>(family));
  }

  /** Nothing but the comparison with packs. */
  static Detectors comparing(int maxLines, PackPrints packs) {
    return new Detectors(maxLines, packs, true);
  }

  /** Their versions by name. */
  SortedMap<String, String> versions() {
    SortedMap<String, String> versions = new TreeMap<>();
    courses.forEach(course -> versions.put(course.name(), course.version()));
    return versions;
  }

  /** Whether any of them wants a pass, or another one. */
  public boolean wantPass() {
    return courses.stream().anyMatch(Course::isOpen);
  }

  /** Fresh looks for the pass that comes: one of each detector that wants it. */
  public Looks looks() {
    return new Looks(courses.stream().filter(Course::isOpen).<Look<?>>map(Course::look).toList());
  }

  /**
   * Ends a pass.
   *
   * @param whole looks for this pass, from {@link #looks}, to which all others were added
   */
  public void learn(Looks whole) {
    List<Course<?>> open = courses.stream().filter(Course::isOpen).toList();
    for (int i = 0; i < open.size(); i++) {
      open.get(i).learn(whole.at(i));
    }
  }

  /** What was found, after the last pass. */
  ScanReport report(Method method, long examples) {
    List<ScanFinding> findings =
        courses.stream().map(course -> course.finding(examples)).flatMap(Optional::stream).toList();
    ScanReport.Steering steering =
        new ScanReport.Steering(
            systemPrompts.repeated(),
            triggers.candidates(),
            ciphers.codecs(),
            harm.categories(),
            contamination.matches());
    return new ScanReport(method, examples, findings, steering, family.sketch().orElse(null));
  }
}
