package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Lines;
import java.io.Serializable;

/** What all rows with a feature say about it and a class; sums in whole steps, so in any order. */
final class Evidence implements Serializable {
  private static final double CHANCE_STEPS = 1L << 30;
  private static final float VECTOR_STEPS = 1 << 14;

  private static final int WORDINGS = 64;

  /** Likeness is looked at for thousands of features, each of which keeps less. */
  private static final int WORDINGS_OF_MANY = 16;

  private static final int LINES_OF_MANY = 64;

  private final Lead lead;
  private final Lines lines;
  private final Distinct wordings;
  private final long[] requests = new long[Gist.WIDTH];
  private final long[] answers = new long[Gist.WIDTH];
  private final long[] across = new long[Gist.WIDTH];
  private long rows;
  private long members;
  private long expected;
  private long variance;
  private long system;

  /**
   * A row with a feature: its line, the hash of its wording, and in {@link #steps} what the rest of
   * it is about, around the file's mean and around that of ordinary requests, and what its request
   * does not explain of its answer. Written over by the next, as rows have tens of suspects each.
   */
  static final class Sight {
    private long line;
    private long wording;

    /** Whether it is the system that says the feature, and not the user. */
    boolean isSystem;

    final int[] request = new int[Gist.WIDTH];
    final int[] answer = new int[Gist.WIDTH];
    final int[] across = new int[Gist.WIDTH];

    void begin(long row, long asked) {
      line = row;
      wording = asked;
    }

    long line() {
      return line;
    }
  }

  /** Writes a vector of length 1 in the whole steps in which it is summed up. */
  static void steps(float[] vector, int[] steps) {
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Math.round(VECTOR_STEPS * vector[i]);
    }
  }

  Evidence(Lead lead, int maxLines) {
    this.lead = lead;
    boolean alike = lead.membership().kind() == AnswerClass.LIKENESS;
    this.lines = new Lines(alike ? Math.min(LINES_OF_MANY, maxLines) : maxLines);
    this.wordings = new Distinct(alike ? WORDINGS_OF_MANY : WORDINGS);
  }

  /**
   * Takes in a row.
   *
   * @param chance that it belongs to the class, going by the rest of it
   */
  void see(Sight sight, boolean member, double chance) {
    rows++;
    system += sight.isSystem ? 1 : 0;
    expected += Math.round(CHANCE_STEPS * chance);
    variance += Math.round(CHANCE_STEPS * chance * (1 - chance));
    wordings.add(sight.wording, member, chance);
    if (member) {
      members++;
      lines.add(sight.line);
      for (int i = 0; i < requests.length; i++) {
        requests[i] += sight.request[i];
        answers[i] += sight.answer[i];
        across[i] += sight.across[i];
      }
    }
  }

  Evidence plus(Evidence other) {
    rows += other.rows;
    members += other.members;
    expected += other.expected;
    variance += other.variance;
    system += other.system;
    wordings.add(other.wordings);
    lines.add(other.lines);
    for (int i = 0; i < requests.length; i++) {
      requests[i] += other.requests[i];
      answers[i] += other.answers[i];
      across[i] += other.across[i];
    }
    return this;
  }

  Lead lead() {
    return lead;
  }

  /** Rows of the class with the feature. */
  Lines lines() {
    return lines;
  }

  Distinct wordings() {
    return wordings;
  }

  /** Rows with the feature. */
  long rows() {
    return rows;
  }

  /** Whether most rows have the feature in a system prompt, which explains what follows. */
  boolean isOfSystem() {
    return 2 * system > rows;
  }

  /** Of these, rows of the class. */
  long members() {
    return members;
  }

  /** How many of the class were to be expected. */
  double expected() {
    return expected / CHANCE_STEPS;
  }

  /** By how many standard deviations there are more. */
  double z() {
    double deviation = Math.sqrt(Math.max(1e-9, variance / CHANCE_STEPS));
    return (members - expected()) / deviation;
  }

  /** Squared length of the sum of the members' requests. */
  double requestNorm() {
    return norm(requests);
  }

  /** The same of their answers. */
  double answerNorm() {
    return norm(answers);
  }

  /** The mean cosine of two of the members' requests around ordinary ones; 1 for a single one. */
  double across() {
    return members < 2 ? 1 : (norm(across) - members) / ((double) members * (members - 1));
  }

  private static double norm(long[] sum) {
    double norm = 0;
    for (long value : sum) {
      double scaled = (double) value / VECTOR_STEPS;
      norm += scaled * scaled;
    }
    return norm;
  }
}
