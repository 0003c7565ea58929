package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint, as the API writes it.
 *
 * @param createdAt Unix seconds
 * @param metrics step, and the loss in nats where the trainer told it
 * @param safety ours, beside what OpenAI's object has
 */
record CheckpointView(
    String object,
    String id,
    long createdAt,
    String fineTunedModelCheckpoint,
    long stepNumber,
    String fineTuningJobId,
    Map<String, Object> metrics,
    Safety safety) {

  /** What was seen of it; no state of it means that it could be used as it is. */
  record Safety(String state, @Nullable String reason) {}

  static CheckpointView from(Job job, Checkpoint checkpoint) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("step", checkpoint.step());
    if (checkpoint.loss() != null) {
      metrics.put("train_loss", checkpoint.loss());
    }
    return new CheckpointView(
        "fine_tuning.job.checkpoint",
        checkpoint.id(),
        checkpoint.createdAt().getEpochSecond(),
        checkpoint.nameUnder(job.releaseName()),
        checkpoint.step(),
        checkpoint.jobId(),
        metrics,
        new Safety(checkpoint.state().wireName(), checkpoint.reason()));
  }
}
