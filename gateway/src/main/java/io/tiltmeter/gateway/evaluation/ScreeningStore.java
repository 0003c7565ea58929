package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.run.Savings;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.ProbePack;
import java.time.Clock;

/** Where screenings of checkpoints are kept: among the evaluations, which pass none of them on. */
final class ScreeningStore {
  private final Clock clock;

  ScreeningStore(Clock clock) {
    this.clock = clock;
  }

  /** Begins the screening of a checkpoint, or finds the one that was begun before. */
  StoredEvaluation begin(
      Sql transaction, Job job, Checkpoint checkpoint, Digest base, ProbePack pack, int maxTokens) {
    transaction.run(
        """
        insert into evaluation (id, job_id, tenant_id, checkpoint_id, pack_name, pack_digest,
          policy_digest, base_digest, tuned_digest, judge, max_tokens, stops_when_blocked,
          cuts_answers, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        on conflict (checkpoint_id) do nothing
        """,
        NewId.of("eval_"),
        job.id(),
        job.tenantId(),
        checkpoint.id(),
        pack.header().name(),
        pack.digest().toString(),
        job.policyDigest().toString(),
        base.toString(),
        checkpoint.pinnedArtifact().toString(),
        RefusalJudge.VERSION,
        maxTokens,
        Savings.ALL.stopsWhenBlocked(),
        Savings.ALL.cutsAnswers(),
        clock.instant());
    return transaction
        .find(
            EvaluationStore::evaluation,
            "select * from evaluation where checkpoint_id = $1 and tenant_id = $2",
            checkpoint.id(),
            job.tenantId())
        .orElseThrow();
  }
}
