package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.policy.gate.Attempt;
import java.time.Clock;
import java.util.Optional;

/**
 * Which try of its training data an evaluation is, and whether its artifact was evaluated before.
 */
final class AttemptStore {
  private final Clock clock;

  AttemptStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * Settles, once, which try a new evaluation is. Where the same artifact was evaluated in the same
   * way before, that evaluation's answers become this one's, and it is the same try: the verdict is
   * the one that was given then.
   *
   * <p>Evaluations of one tenant take turns here, so that no two are the same try.
   */
  void settle(Sql transaction, Job job, StoredEvaluation evaluation) {
    transaction.run(
        "select pg_advisory_xact_lock(hashtextextended($1, 2))", job.tenantId().toString());
    if (!isNew(transaction, evaluation)) {
      return;
    }
    Optional<String> same = same(transaction, job, evaluation);
    if (same.isPresent()) {
      takeOver(transaction, evaluation, same.get());
    } else {
      number(transaction, evaluation, next(transaction, job, evaluation));
    }
  }

  private static boolean isNew(Sql sql, StoredEvaluation evaluation) {
    return sql.find(
            row -> row.getString("id"),
            "select id from evaluation where id = $1 and tenant_id = $2 and try_number is null",
            evaluation.id(),
            evaluation.tenantId())
        .isPresent();
  }

  /** The same weights of the same start, the same probes and rules, and the same training file. */
  private static Optional<String> same(Sql sql, Job job, StoredEvaluation evaluation) {
    return sql.find(
        row -> row.getString("id"),
        """
        select earlier.id from evaluation as this
          join evaluation as earlier on earlier.tenant_id = $2 and earlier.id <> this.id
            and earlier.verdict is not null and earlier.checkpoint_id is null
            and earlier.base_digest = this.base_digest
            and earlier.tuned_digest = this.tuned_digest
            and earlier.pack_digest = this.pack_digest
            and earlier.policy_digest = this.policy_digest
            and earlier.judge = this.judge
            and earlier.max_tokens = this.max_tokens
          join job as earlier_job on earlier_job.id = earlier.job_id
          join training_file as earlier_file on earlier_file.id = earlier_job.file_id
          join job as this_job on this_job.id = this.job_id
          join training_file as this_file on this_file.id = this_job.file_id
        where this.id = $1 and this.tenant_id = $2 and this_job.id = $3
          and earlier_file.digest = this_file.digest
          and earlier_job.parent_model is not distinct from this_job.parent_model
          and earlier_job.start_digest is not distinct from this_job.start_digest
          and not exists (select 1 from answer where evaluation_id = this.id and tenant_id = $2)
        order by earlier.created_at, earlier.id limit 1
        """,
        evaluation.id(),
        evaluation.tenantId(),
        job.id());
  }

  private static void takeOver(Sql transaction, StoredEvaluation evaluation, String from) {
    transaction.run(
        """
        insert into answer (evaluation_id, tenant_id, question, side, max_tokens, text, tokens,
          stopped)
        select $1, tenant_id, question, side, max_tokens, text, tokens, stopped from answer
        where evaluation_id = $3 and tenant_id = $2
        """,
        evaluation.id(),
        evaluation.tenantId(),
        from);
    transaction.run(
        """
        insert into strong_judgement (evaluation_id, tenant_id, exchange, label, confidence)
        select $1, tenant_id, exchange, label, confidence from strong_judgement
        where evaluation_id = $3 and tenant_id = $2
        """,
        evaluation.id(),
        evaluation.tenantId(),
        from);
    transaction.run(
        """
        update evaluation as this set same_as = earlier.id, strong_judge = earlier.strong_judge,
          setting = earlier.setting,
          try_number = coalesce(earlier.try_number, 1), runtime = earlier.runtime,
          stops_when_blocked = earlier.stops_when_blocked, cuts_answers = earlier.cuts_answers
        from evaluation as earlier
        where this.id = $1 and this.tenant_id = $2 and earlier.id = $3 and earlier.tenant_id = $2
        """,
        evaluation.id(),
        evaluation.tenantId(),
        from);
  }

  /**
   * Counts a training that was stopped as a try: whoever chooses among its checkpoints, or trains
   * again, has seen a verdict.
   */
  void count(Sql transaction, Job job, StoredEvaluation screening) {
    transaction.run(
        "select pg_advisory_xact_lock(hashtextextended($1, 2))", job.tenantId().toString());
    number(transaction, screening, next(transaction, job, screening));
  }

  /**
   * One that ended without a verdict, and never will have one, passed nothing and counts not; nor
   * does a checkpoint in which no block was seen, on which nothing can be released.
   */
  private int next(Sql sql, Job job, StoredEvaluation evaluation) {
    return sql.find(
            row -> row.getInteger("next"),
            """
            select (1 + coalesce(max(coalesce(earlier.try_number, 1)), 0))::int as next
            from evaluation as earlier
              join job on job.id = earlier.job_id and job.tenant_id = $1
              join training_file as file on file.id = job.file_id
            where earlier.tenant_id = $1 and earlier.id <> $2 and earlier.created_at > $4
              and ((earlier.verdict is not null
                  and (earlier.checkpoint_id is null or earlier.verdict = 'block'))
                or (earlier.try_number is not null and job.stage = 'evaluating'))
              and coalesce(file.family, file.id) =
                (select coalesce(family, id) from training_file where tenant_id = $1 and id = $3)
            """,
            job.tenantId(),
            evaluation.id(),
            job.fileId(),
            clock.instant().minus(Attempt.WINDOW))
        .orElse(1);
  }

  private static void number(Sql transaction, StoredEvaluation evaluation, int number) {
    transaction.run(
        "update evaluation set try_number = $3 where id = $1 and tenant_id = $2",
        evaluation.id(),
        evaluation.tenantId(),
        number);
  }
}
