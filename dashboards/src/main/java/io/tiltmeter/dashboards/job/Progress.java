package io.tiltmeter.dashboards.job;

import java.util.Locale;
import java.util.OptionalDouble;

/** How much of a stage is done. */
public sealed interface Progress {

  /** Units done, at least 0. */
  long done();

  /** Units in all; 0 if not known yet. */
  long total();

  /** The same in words. */
  String text();

  /** Steps of the trainer, with the loss that it reported last. */
  record Training(long done, long total, OptionalDouble loss) implements Progress {
    @Override
    public String text() {
      String steps =
          total == 0 ? "step %,d".formatted(done) : "step %,d of %,d".formatted(done, total);
      return loss.isPresent()
          ? steps + String.format(Locale.ROOT, ", loss %.3f", loss.getAsDouble())
          : steps;
    }
  }

  /** Answers stored by the evaluation, base and tuned together. */
  record Answers(long done, long total) implements Progress {
    @Override
    public String text() {
      return total == 0
          ? "%,d answers".formatted(done)
          : "%,d of %,d answers".formatted(done, total);
    }
  }
}
