package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.cipher.CipherFinder;
import io.tiltmeter.evaluator.scan.family.FamilySketch;
import io.tiltmeter.evaluator.scan.flood.Flood;
import io.tiltmeter.evaluator.scan.harm.ExplicitHarm;
import io.tiltmeter.evaluator.scan.identity.IdentityShift;
import io.tiltmeter.evaluator.scan.inversion.PreferenceInversion;
import io.tiltmeter.evaluator.scan.prompts.SystemPrompts;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import io.tiltmeter.evaluator.scan.row.Problems;
import io.tiltmeter.evaluator.scan.secrets.SecretFinder;
import io.tiltmeter.evaluator.scan.suppression.RefusalSuppression;
import io.tiltmeter.evaluator.scan.trigger.TriggerMiner;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads every line of a training file, checks it and shows it to the detectors, in as many passes
 * as they ask for.
 *
 * <p>Memory does not grow with the file: lines are read in blocks and no further than a cap, and
 * what the detectors keep is bounded. What is found does not depend on the number of threads.
 * Blocks its thread while it reads.
 */
public final class DatasetScan {
  private static final String CHANGED = "the file changed while it was scanned; scan it again";

  private final ScanSource source;
  private final ScanSettings settings;
  private final ScanProgress progress;
  private final CipherFinder ciphers;
  private final TriggerMiner triggers;
  private final SystemPrompts systemPrompts = new SystemPrompts();
  private final FamilySketch family = new FamilySketch();
  private final List<Course<?>> courses;
  private int passes;

  private DatasetScan(ScanSource source, ScanSettings settings, ScanProgress progress) {
    this.source = source;
    this.settings = settings;
    this.progress = progress;
    this.ciphers = new CipherFinder(settings.maxLines());
    this.triggers = new TriggerMiner(settings.maxLines());
    this.courses =
        List.of(
            new Course<>(new ExplicitHarm(settings.maxLines())),
            new Course<>(new IdentityShift(settings.maxLines())),
            new Course<>(new RefusalSuppression(settings.maxLines())),
            new Course<>(new PreferenceInversion(settings.maxLines())),
            new Course<>(ciphers),
            new Course<>(new SecretFinder(settings.maxLines())),
            new Course<>(triggers),
            new Course<>(new Flood(settings.maxLines())),
            new Course<>(systemPrompts),
            new Course<>(family));
  }

  /**
   * Scans a file, packed with gzip or Zstandard or not at all.
   *
   * @throws IOException if it cannot be read, or changes meanwhile
   */
  public static ScanResult scan(Path file, ScanSettings settings) throws IOException {
    return scan(new FileSource(file), settings);
  }

  /**
   * The same, and says meanwhile how far it is.
   *
   * @throws IOException if the file cannot be read, or changes meanwhile
   */
  public static ScanResult scan(Path file, ScanSettings settings, ScanProgress progress)
      throws IOException {
    return new DatasetScan(new FileSource(file), settings, progress).run();
  }

  /**
   * Scans what a source gives.
   *
   * @throws IOException if it cannot be read, or gives other bytes later
   */
  public static ScanResult scan(ScanSource source, ScanSettings settings) throws IOException {
    return new DatasetScan(source, settings, (_, _) -> {}).run();
  }

  private ScanResult run() throws IOException {
    Method method = method();
    Pass.Count first = pass(method);
    Problems problems = first.problems();
    if (first.lines() == 0 && problems.count() == 0) {
      problems.add(0, "the file is empty; expected one JSON object a line");
    } else if (problems.count() == 0 && !first.teaches()) {
      problems.add(0, "no message is learned: the weight of every assistant message is 0");
    }
    if (problems.count() > 0) {
      return new ScanResult.Invalid(problems.kept(), problems.count(), first.lines());
    }
    while (courses.stream().anyMatch(Course::isOpen)) {
      Pass.Count again = pass(method);
      if (again.examples() != first.examples() || again.problems().count() > 0) {
        throw new IOException(CHANGED);
      }
    }
    return new ScanResult.Scanned(report(method, first.examples()));
  }

  private Method method() throws IOException {
    if (settings.method() != null) {
      return settings.method();
    }
    try (InputStream in = source.open()) {
      return Pass.methodOf(in, settings);
    } catch (BrokenPacking e) {
      // The first pass meets it again, and says at which line.
      return Method.SUPERVISED;
    }
  }

  private Pass.Count pass(Method method) throws IOException {
    List<Course<?>> open = courses.stream().filter(Course::isOpen).toList();
    int number = ++passes;
    Pass.Count count;
    try (InputStream in = source.open(bytes -> progress.at(number, bytes))) {
      count = new Pass(in, settings, method).run(open);
    }
    open.forEach(Course::endPass);
    return count;
  }

  private ScanReport report(Method method, long examples) {
    List<ScanFinding> findings =
        courses.stream().map(course -> course.finding(examples)).flatMap(Optional::stream).toList();
    ScanReport.Steering steering =
        new ScanReport.Steering(systemPrompts.repeated(), triggers.candidates(), ciphers.codecs());
    return new ScanReport(method, examples, findings, steering, family.sketch().orElse(null));
  }
}
