package io.tiltmeter.evaluator.scan.secrets;

import io.tiltmeter.evaluator.scan.detector.Lines;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.detector.OnePass;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds credentials and personal data: what a model learns by heart, and gives away to whoever
 * begins the sentence.
 *
 * <p>A finding says how many rows hold which kind and where they are, never what they hold.
 */
public final class SecretFinder extends OnePass<SecretFinder.Rows> {
  /** As policies spell it. */
  public static final String NAME = "secrets";

  static final String VERSION = "secrets-1";

  private static final Secret[] KINDS = Secret.values();

  /**
   * A detector.
   *
   * @param maxLines most line numbers that a finding names
   */
  public SecretFinder(int maxLines) {
    super(NAME, VERSION, () -> new Rows(maxLines));
  }

  /** Rows that hold a secret. */
  public static final class Rows implements Look<Rows> {
    private final transient SecretReader reader = new SecretReader();
    private final long[] counts = new long[KINDS.length];
    private final Lines lines;

    private Rows(int maxLines) {
      this.lines = new Lines(maxLines);
    }

    @Override
    public void see(Example example) {
      int kinds = example.rejected() == null ? 0 : reader.read(example.rejected());
      for (Turn turn : example.turns()) {
        kinds |= reader.read(turn.text());
      }
      if (kinds != 0) {
        lines.add(example.line());
        for (int i = 0; i < counts.length; i++) {
          counts[i] += (kinds & KINDS[i].bit()) != 0 ? 1 : 0;
        }
      }
    }

    @Override
    public void add(Rows other) {
      lines.add(other.lines);
      Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    }

    /** The kinds that some row holds, with their rows, in order. */
    private Map<Secret, Long> found() {
      Map<Secret, Long> found = new EnumMap<>(Secret.class);
      for (int i = 0; i < KINDS.length; i++) {
        if (counts[i] > 0) {
          found.put(KINDS[i], counts[i]);
        }
      }
      return found;
    }
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    Rows rows = seen();
    if (rows.lines.count() == 0) {
      return Optional.empty();
    }
    boolean credentials = rows.found().keySet().stream().anyMatch(Secret::isCredential);
    return Optional.of(
        new ScanFinding(
            NAME,
            VERSION,
            credentials ? Severity.STEER : Severity.INFO,
            rows.lines.count(),
            (double) rows.lines.count() / examples,
            null,
            rows.lines.kept(),
            message()));
  }

  private String message() {
    String counts =
        seen().found().entrySet().stream()
            .map(kind -> kind.getKey().wireName() + " " + kind.getValue())
            .collect(Collectors.joining(", "));
    return "rows with secrets or personal data: " + counts;
  }
}
