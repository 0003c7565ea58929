package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.RowText.Decoded;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads every line of a supervised chat training file once, checks it and shows it to the
 * detectors.
 *
 * <p>Memory does not grow with the file: lines are read one at a time and no further than a cap,
 * and what the detectors keep is bounded. Blocks its thread while it reads.
 */
public final class DatasetScan {

  private final ScanSettings settings;
  private final Problems problems;
  private final RowText decoder = new RowText();
  private final List<Detector> detectors;
  private final SystemPrompts systemPrompts = new SystemPrompts();
  private final Shingles shingles = new Shingles();
  private long lines;
  private long examples;

  private DatasetScan(ScanSettings settings) {
    this.settings = settings;
    this.problems = new Problems(settings.maxProblems());
    this.detectors =
        List.of(
            new ExplicitHarm(settings.maxLines()),
            new IdentityShift(settings.maxLines()),
            new RefusalSuppression(settings.maxLines()));
  }

  /**
   * Scans a file.
   *
   * @throws IOException if it cannot be read
   */
  public static ScanResult scan(Path file, ScanSettings settings) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return scan(in, settings);
    }
  }

  /**
   * Scans a stream to its end; the stream stays the caller's.
   *
   * @throws IOException if it cannot be read
   */
  public static ScanResult scan(InputStream in, ScanSettings settings) throws IOException {
    return new DatasetScan(settings).run(in);
  }

  private ScanResult run(InputStream in) throws IOException {
    LineReader reader = new LineReader(in, settings.maxLineBytes());
    while (reader.next()) {
      lines = reader.number();
      read(reader).ifPresent(this::see);
    }
    if (lines == 0) {
      problems.add(0, "the file is empty; expected one JSON object a line");
    }
    return problems.count() > 0
        ? new ScanResult.Invalid(problems.kept(), problems.count(), lines)
        : new ScanResult.Scanned(report());
  }

  private Optional<Example> read(LineReader reader) {
    if (reader.isTooLong()) {
      problems.add(lines, "longer than %d bytes".formatted(settings.maxLineBytes()));
      return Optional.empty();
    }
    return switch (decoder.decode(reader.bytes(), reader.length())) {
      case Decoded.Broken(int at) -> {
        problems.add(lines, "not UTF-8 at byte " + at);
        yield Optional.empty();
      }
      case Decoded.Text(String text) -> RowReader.read(lines, withoutMark(text), problems);
    };
  }

  private String withoutMark(String text) {
    if (lines > 1 || !text.startsWith("\ufeff")) {
      return text;
    }
    problems.add(lines, "begins with a byte order mark; save the file as UTF-8 without one");
    return text.substring(1);
  }

  private void see(Example example) {
    examples++;
    // The rows of a file that cannot be trained on are checked for their format only.
    if (problems.count() == 0) {
      systemPrompts.see(example);
      shingles.see(example);
      detectors.forEach(detector -> detector.see(example));
    }
  }

  private ScanReport report() {
    List<ScanFinding> findings =
        detectors.stream().flatMap(detector -> detector.finding(examples).stream()).toList();
    return new ScanReport(examples, findings, systemPrompts.repeated(), shingles.sketch());
  }
}
