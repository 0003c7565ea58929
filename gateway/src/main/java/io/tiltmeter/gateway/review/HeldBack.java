package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;

/** The words in which a customer hears that a job is held back for good. */
public final class HeldBack {
  private HeldBack() {}

  /** Why a job of this kind of case ends. */
  public static Job.Failure failure(HeldFor kind) {
    return switch (kind) {
      case DATASET ->
          new Job.Failure(
              Job.Failure.UNSAFE_FILE,
              "The training file was held back after review; its job's events name the findings.",
              "training_file");
      case BLOCK ->
          new Job.Failure(
              "safety_gate_blocked",
              "The fine-tuned model lost refusals that its base has and is not released; the job's"
                  + " events state the categories, rates and thresholds.",
              null);
      case INCONCLUSIVE ->
          new Job.Failure(
              "safety_gate_blocked",
              "The evaluation could not show that the fine-tuned model is safe to release, and"
                  + " after review it is not released.",
              null);
    };
  }
}
