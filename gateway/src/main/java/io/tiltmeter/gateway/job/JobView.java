package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job, as the API writes it; times are Unix seconds.
 *
 * @param organizationId the tenant's name
 * @param error null unless the job failed: an empty object would look like an error to the SDKs
 * @param hyperparameters never null, which the SDKs could not read
 * @param safety ours, beside what OpenAI's object has
 */
record JobView(
    String object,
    String id,
    String model,
    long createdAt,
    @Nullable Long finishedAt,
    @Nullable String fineTunedModel,
    String organizationId,
    List<String> resultFiles,
    String status,
    @Nullable String validationFile,
    String trainingFile,
    Map<String, Object> hyperparameters,
    @Nullable Long trainedTokens,
    Job.@Nullable Failure error,
    @Nullable String userProvidedSuffix,
    long seed,
    @Nullable Long estimatedFinish,
    @Nullable List<Integration> integrations,
    @Nullable Map<String, String> metadata,
    Map<String, Object> method,
    Safety safety) {

  /**
   * Where a job stands with us.
   *
   * @param heldFor why a person has to look at it, while one has to
   * @param verdict pass, block or inconclusive, once there is one
   * @param rule of the policy that decided the verdict
   * @param offer the checkpoint that can be taken as the result, while one can
   * @param statement why it was held back, if it was
   */
  record Safety(
      String stage,
      @Nullable String heldFor,
      boolean paused,
      String policyDigest,
      @Nullable String verdict,
      @Nullable String rule,
      Checkpoint.@Nullable Offer offer,
      @Nullable StatementView statement) {

    static Safety from(Standing standing) {
      Job job = standing.job();
      JobVerdict verdict = standing.verdict();
      return new Safety(
          job.stage().wireName(),
          job.heldFor() == null ? null : job.heldFor().wireName(),
          job.isPaused(),
          job.policyDigest().toString(),
          verdict == null ? null : verdict.verdict(),
          verdict == null ? null : verdict.rule(),
          standing.offer(),
          standing.statement());
    }
  }

  static JobView from(Standing standing) {
    Job job = standing.job();
    return new JobView(
        "fine_tuning.job",
        job.id(),
        job.tunedModel(),
        job.createdAt().getEpochSecond(),
        seconds(job.finishedAt()),
        job.modelName(),
        job.tenant(),
        standing.report() == null ? List.of() : List.of(standing.report()),
        job.status(),
        job.validationFileId(),
        job.fileId(),
        job.training().hyperparameters().view(),
        job.trainedTokens(),
        job.failure(),
        job.suffix(),
        job.seed(),
        null,
        job.training().integrations().isEmpty() ? null : job.training().integrations(),
        job.metadata(),
        job.training().view(),
        Safety.from(standing));
  }

  private static @Nullable Long seconds(@Nullable Instant at) {
    return at == null ? null : at.getEpochSecond();
  }
}
