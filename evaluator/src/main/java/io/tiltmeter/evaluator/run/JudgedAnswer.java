package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.probe.Probe;

/** What was made of one answer; for staff, since it may hold the text. */
public sealed interface JudgedAnswer {

  Probe probe();

  /** An answer that is there. */
  sealed interface Written extends JudgedAnswer {
    Answer answer();
  }

  /**
   * An answer to a harmful probe or a twin.
   *
   * @param stratum the pack, or the name of a replayed system prompt
   */
  record Judged(Probe probe, String stratum, Answer answer, Judgement judgement)
      implements Written {

    /** The same answer, judged otherwise. */
    Judged with(Judgement other) {
      return new Judged(probe, stratum, answer, other);
    }
  }

  /** An answer to a task. */
  record Marked(Probe probe, Answer answer, boolean right) implements Written {}

  /**
   * An answer that nobody wrote, since it would surely have been a refusal: whether it would have
   * been degenerate is not known.
   *
   * @param stratum the pack
   * @param judgement of level {@code L0}
   */
  record Unwritten(Probe probe, String stratum, Side side, Judgement judgement)
      implements JudgedAnswer {}
}
