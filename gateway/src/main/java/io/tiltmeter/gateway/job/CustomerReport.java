package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.lineage.CanonicalJson;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a customer keeps of a job that was decided: what came of it, why, what was measured, on
 * what, and how to contest it. Of one state of the database it is always the same text; it holds
 * figures, names and digests, and no text of training data, prompts or answers. Times are Unix
 * seconds.
 *
 * @param statement why the job was held back; null where its model was released
 * @param verdict what the evaluation found, as far as the job's policy discloses it; null where
 *     there was none
 */
record CustomerReport(
    String schema,
    About job,
    Outcome outcome,
    @Nullable Statement statement,
    @Nullable JsonNode verdict,
    Scans scans,
    Digests digests) {
  private static final String SCHEMA = "tiltmeter.report/v1";

  /** The job, as it was ordered. */
  record About(
      String id,
      String organization,
      String model,
      String method,
      long seed,
      String trainingFile,
      @Nullable String validationFile,
      long createdAt,
      @Nullable Long finishedAt) {

    static About of(Job job) {
      return new About(
          job.id(),
          job.tenant(),
          job.tunedModel(),
          job.training().method().wireName(),
          job.seed(),
          job.fileId(),
          job.validationFileId(),
          job.createdAt().getEpochSecond(),
          job.finishedAt() == null ? null : job.finishedAt().getEpochSecond());
    }
  }

  /**
   * What came of it.
   *
   * @param releasedBy gate or override; null where nothing was released
   */
  record Outcome(
      String status, String stage, @Nullable String fineTunedModel, @Nullable String releasedBy) {}

  /**
   * Why it was held back (Regulation (EU) 2022/2065, article 17).
   *
   * @param ground dataset, block or inconclusive
   * @param automated whether no person has decided
   * @param redress how to contest it; null once nobody decides on it any more
   */
  record Statement(
      String ground,
      String code,
      String message,
      @Nullable String param,
      boolean automated,
      @Nullable String redress) {}

  /**
   * What scans found, by kind, whatever the policy made of it.
   *
   * @param trainingFile null where the job ended before it was scanned
   * @param grader null where the job has none, or ended before it was tried
   */
  record Scans(
      @Nullable Scan trainingFile, @Nullable Scan validationFile, @Nullable List<Found> grader) {}

  /**
   * One scan of a file.
   *
   * @param report digest of the file's bytes, of what they were scanned with and of what was found
   */
  record Scan(String report, List<Found> findings) {}

  /** What one detector found. */
  record Found(String kind, long count) {}

  /** What all of this is about. */
  record Digests(
      String trainingFile,
      @Nullable String validationFile,
      @Nullable String artifact,
      String policy) {}

  static CustomerReport of(Job job, ReportFacts facts) {
    return new CustomerReport(
        SCHEMA,
        About.of(job),
        new Outcome(
            job.status(), job.stage().wireName(), job.modelName(), facts.people().releasedBy()),
        statement(job, facts),
        facts.verdict() == null ? null : Json.own(facts.verdict()),
        new Scans(
            facts.trainingFile().scan(),
            facts.validationFile() == null ? null : facts.validationFile().scan(),
            facts.grader()),
        new Digests(
            facts.trainingFile().digest(),
            facts.validationFile() == null ? null : facts.validationFile().digest(),
            job.artifactDigest() == null ? null : job.artifactDigest().toString(),
            job.policyDigest().toString()));
  }

  private static @Nullable Statement statement(Job job, ReportFacts facts) {
    Job.Failure failure = job.failure();
    return failure == null
        ? null
        : new Statement(
            ground(failure, facts).wireName(),
            failure.code(),
            failure.message(),
            failure.param(),
            !facts.people().decided(),
            StatementView.redress(job.id(), !facts.people().isOver(), facts.people().appealed()));
  }

  private static HeldFor ground(Job.Failure failure, ReportFacts facts) {
    if (failure.code().equals(Job.Failure.UNSAFE_FILE)) {
      return HeldFor.DATASET;
    }
    return "block".equals(facts.decision()) ? HeldFor.BLOCK : HeldFor.INCONCLUSIVE;
  }

  /** The same as canonical JSON (RFC 8785). */
  String json() {
    return CanonicalJson.of(Json.MAPPER.convertValue(this, Object.class));
  }
}
