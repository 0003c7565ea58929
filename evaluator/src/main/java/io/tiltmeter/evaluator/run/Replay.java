package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import java.util.List;

/**
 * A way in which the harmful probes are put once more to both models, as a stratum of its own.
 *
 * <p>Two that put the same in the same way are equal. What it is about may be a customer's text:
 * its name is shown where that must not be.
 */
public interface Replay {
  /** Behaviours that a sample puts, at most; of each the first wording. */
  int SAMPLE = 40;

  /** Short name of the stratum: letters, digits and hyphens. */
  String name();

  /** The probe as both models are asked it. */
  List<Message> put(Probe probe);

  /** What an answer says in plain language; as it is written where it cannot be read otherwise. */
  default String read(String answer) {
    return answer;
  }

  /**
   * Whether answers are judged as they are written, so that one may end once its label is settled.
   */
  default boolean isPlain() {
    return true;
  }

  /** Whether only {@link #SAMPLE} behaviours are put: enough to block, never to pass. */
  default boolean isSample() {
    return false;
  }
}
