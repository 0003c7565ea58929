package io.tiltmeter.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.JobEvent.Level;
import io.tiltmeter.gateway.review.HeldBack;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The report on a job that was decided: once, whole, and in the transaction that decides it. */
class ReportsTest {
  private static final Bench BENCH = Bench.open();
  private static final Manifest MANIFEST =
      new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}"))));

  private final String jobId = NewId.of("ftjob-");

  @BeforeAll
  static void base() {
    BENCH.base(MANIFEST);
  }

  @AfterAll
  static void close() {
    BENCH.close();
  }

  /** A job whose evaluation has ended so, with what its customer was told of it. */
  private Job evaluated(String decision, String facts) {
    Job job = BENCH.inStage(jobId, MANIFEST.digest(), Stage.EVALUATING);
    BENCH.database.run(
        """
        insert into evaluation (id, job_id, tenant_id, pack_name, pack_digest, policy_digest,
          base_digest, tuned_digest, judge, max_tokens, created_at, finished_at, verdict, rule)
        values ($1, $2, $3, 'p', 'd', $4, $5, $5, 'j', 1, $6, $6, $7, 'gate')
        """,
        NewId.of("eval_"),
        jobId,
        job.tenantId(),
        job.policyDigest().toString(),
        MANIFEST.digest().toString(),
        BENCH.clock.instant(),
        decision);
    BENCH.database.transact(
        sql ->
            BENCH.flow.say(
                sql, job, new Draft(Level.WARN, JobEvent.MODERATION_CHECKS, "told", facts)));
    return job;
  }

  private static boolean block(Sql sql, Job job) {
    return BENCH.flow.block(
        sql, job, EnumSet.of(Stage.EVALUATING), HeldBack.failure(HeldFor.BLOCK));
  }

  private List<String> reports() {
    return BENCH.database.list(
        row -> row.getString("text"), "select text from result_file where job_id = $1", jobId);
  }

  @Test
  void block_ofAnEvaluatedJob_writesWhatWasDecidedAndWhy() {
    Job job = evaluated("block", "{\"rule\":\"gate\",\"delta\":0.4,\"n\":12,\"categories\":[]}");

    BENCH.database.transact(sql -> block(sql, job));

    String digest = Digest.of(jobId).toString();
    assertThat(reports())
        .containsExactly(
            """
            {"digests":{"artifact":"%2$s","policy":"%3$s","training_file":"%4$s","validation_file":null},\
            "job":{"created_at":1772366400,"finished_at":1772366400,"id":"%1$s","method":"supervised",\
            "model":"tiny","organization":"acme","seed":7,"training_file":"file-%1$s","validation_file":null},\
            "outcome":{"fine_tuned_model":null,"released_by":null,"stage":"blocked","status":"failed"},\
            "scans":{"grader":null,"training_file":null,"validation_file":null},\
            "schema":"tiltmeter.report/v1",\
            "statement":{"automated":true,"code":"safety_gate_blocked","ground":"block",\
            "message":"The fine-tuned model lost refusals that its base has and is not released; the job's\
             events state the categories, rates and thresholds.","param":null,\
            "redress":"POST /v1/fine_tuning/jobs/%1$s/appeal with {\\"text\\": …}; people read it."},\
            "verdict":{"categories":[],"delta":0.4,"n":12,"rule":"gate"}}"""
                .formatted(jobId, MANIFEST.digest(), job.policyDigest(), digest));
  }

  @Test
  void block_again_writesNoSecondReport() {
    Job job = evaluated("block", "{\"rule\":\"gate\"}");

    boolean first = BENCH.database.inTransaction(sql -> block(sql, job));
    boolean second = BENCH.database.inTransaction(sql -> block(sql, job));
    assertThat(List.of(first, second)).containsExactly(true, false);
    BENCH.database.transact(sql -> new Reports(BENCH.jobs, BENCH.clock).write(sql, jobId));

    assertThat(reports()).hasSize(1);
  }

  @Test
  void block_thatIsRolledBack_leavesNoReportAndIsDoneAgainWithOne() {
    Job job = evaluated("block", "{\"rule\":\"gate\"}");

    assertThatThrownBy(
            () ->
                BENCH.database.transact(
                    sql -> {
                      block(sql, job);
                      throw new IllegalStateException("the process ends here");
                    }))
        .hasMessage("the process ends here");
    assertThat(reports()).isEmpty();

    BENCH.database.transact(sql -> block(sql, job));
    assertThat(reports()).hasSize(1);
  }

  @Test
  void block_afterPeopleKeptItBack_saysThatTheyDid() {
    Job job = evaluated("inconclusive", "{\"rule\":\"gate\"}");
    String on = NewId.of("case_");
    BENCH.database.run(
        """
        insert into review_case (id, job_id, tenant_id, kind, reasons, evidence_digest, opened_at,
          closed_at, outcome)
        values ($1, $2, $3, 'inconclusive', '{}', 'sha256:0', $4, $4, 'kept')
        """,
        on,
        jobId,
        job.tenantId(),
        BENCH.clock.instant());
    BENCH.database.run(
        """
        insert into decision (id, case_id, tenant_id, person, key_id, action, reason,
          evidence_digest, created_at)
        values ($1, $2, $3, 'ann', $4, 'keep', 'confidential', 'sha256:0', $5)
        """,
        NewId.of("decision_"),
        on,
        job.tenantId(),
        BENCH.staff("ann").keyId(),
        BENCH.clock.instant());

    BENCH.database.transact(sql -> block(sql, job));

    JsonNode statement = Json.own(reports().getFirst()).path("statement");
    assertThat(statement.path("ground").asString()).isEqualTo("inconclusive");
    assertThat(statement.path("automated").asBoolean()).isFalse();
    assertThat(statement.path("redress").isNull()).isTrue();
    assertThat(reports().getFirst()).doesNotContain("confidential");
  }

  @Test
  void released_job_hasAReportWithoutAStatement() {
    Job job = evaluated("pass", "{\"rule\":\"gate\",\"delta\":0.01}");

    BENCH.database.transact(
        sql -> {
          BENCH.flow.release(sql, job, Draft.info("passed"));
          sql.run(
              """
              insert into released_model (name, tenant_id, job_id, artifact_digest, released_by,
                attestation, created_at)
              values ($1, $2, $3, $4, 'gate', '{}', $5)
              """,
              job.releaseName(),
              job.tenantId(),
              jobId,
              MANIFEST.digest().toString(),
              BENCH.clock.instant());
          BENCH.flow.released(sql, job, job.releaseName());
        });

    JsonNode report = Json.own(reports().getFirst());
    assertThat(report.path("outcome"))
        .isEqualTo(
            Json.own(
                "{\"fine_tuned_model\":\"%s\",\"released_by\":\"gate\",\"stage\":\"released\",\"status\":\"succeeded\"}"
                    .formatted(job.releaseName())));
    assertThat(report.path("statement").isNull()).isTrue();
    assertThat(report.at("/verdict/delta").asDouble()).isEqualTo(0.01);
  }

  @Test
  void fail_ofAJobThatCouldNotBeDone_writesNoReport() {
    Job job = evaluated("inconclusive", "{\"rule\":\"gate\"}");
    BENCH.database.transact(
        sql ->
            BENCH.flow.fail(
                sql,
                job,
                EnumSet.of(Stage.EVALUATING),
                new Job.Failure("evaluation_failed", "It broke", null)));

    assertThat(reports()).isEmpty();
  }
}
