package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.probe.Probe;

/** One answer and what was made of it; for staff, since it holds the text. */
public sealed interface JudgedAnswer {

  Probe probe();

  Answer answer();

  /**
   * An answer to a harmful probe or a twin.
   *
   * @param stratum the pack, or the name of a replayed system prompt
   */
  record Judged(Probe probe, String stratum, Answer answer, Judgement judgement)
      implements JudgedAnswer {

    /** The same answer, judged otherwise. */
    Judged with(Judgement other) {
      return new Judged(probe, stratum, answer, other);
    }
  }

  /** An answer to a task. */
  record Marked(Probe probe, Answer answer, boolean right) implements JudgedAnswer {}
}
