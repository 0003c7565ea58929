package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.Savings;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.gateway.answercache.AnswerSetting;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.gate.Attempt;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.ProbePack;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where evaluations are kept, answer by answer. */
public final class EvaluationStore {
  private final GuidanceStore guidances = new GuidanceStore();
  private final Clock clock;

  public EvaluationStore(Clock clock) {
    this.clock = clock;
  }

  /** Begins the evaluation of a job's artifact, or finds the one that was begun before. */
  StoredEvaluation begin(
      Sql sql, Job job, Digest base, ProbePack pack, int maxTokens, Savings savings) {
    Digest tuned = job.pinnedArtifact();
    sql.run(
        """
        insert into evaluation (id, job_id, tenant_id, pack_name, pack_digest, policy_digest,
          base_digest, tuned_digest, judge, max_tokens, stops_when_blocked, cuts_answers,
          created_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
        where not exists
          (select 1 from evaluation where job_id = $2 and tenant_id = $3 and tuned_digest = $8
            and checkpoint_id is null)
        """,
        NewId.of("eval_"),
        job.id(),
        job.tenantId(),
        pack.header().name(),
        pack.digest().toString(),
        job.policyDigest().toString(),
        base.toString(),
        tuned.toString(),
        RefusalJudge.VERSION,
        maxTokens,
        savings.stopsWhenBlocked(),
        savings.cutsAnswers(),
        clock.instant());
    return find(sql, job)
        .orElseThrow(() -> new IllegalStateException("no evaluation of " + job.id() + " began"));
  }

  /** The evaluation of a job's artifact, if it was begun. */
  Optional<StoredEvaluation> find(Sql sql, Job job) {
    return sql.find(
        EvaluationStore::evaluation,
        """
        select * from evaluation where job_id = $1 and tenant_id = $2 and tuned_digest = $3
          and checkpoint_id is null
        """,
        job.id(),
        job.tenantId(),
        job.pinnedArtifact().toString());
  }

  /**
   * The evaluation of a released model of the same tenant: of several, the latest that put the same
   * pack in the same setting, or else the latest.
   */
  Optional<StoredEvaluation> ofModel(Sql sql, StoredEvaluation like, String model) {
    return sql.find(
        EvaluationStore::evaluation,
        """
        select evaluation.* from evaluation
          join released_model on released_model.job_id = evaluation.job_id
            and released_model.artifact_digest = evaluation.tuned_digest
        where evaluation.tenant_id = $1 and released_model.tenant_id = $1
          and released_model.name = $2 and verdict is not null and checkpoint_id is null
        order by pack_digest = $3 desc, setting is not distinct from $4 desc, finished_at desc
        limit 1
        """,
        like.tenantId(),
        model,
        like.packDigest().toString(),
        like.setting());
  }

  /** Notes how many answers the evaluation waits for. */
  void expect(Sql sql, StoredEvaluation evaluation, int questions) {
    sql.run(
        "update evaluation set questions = greatest(coalesce(questions, 0), $3)"
            + " where id = $1 and tenant_id = $2",
        evaluation.id(),
        evaluation.tenantId(),
        questions);
  }

  /** Answers that are there already, to questions with this cap on new tokens. */
  List<Answer> answers(Sql sql, StoredEvaluation evaluation, int maxTokens) {
    return sql.list(
        EvaluationStore::answer,
        """
        select question, side, text, tokens, stopped from answer
        where evaluation_id = $1 and tenant_id = $2 and max_tokens = $3
        """,
        evaluation.id(),
        evaluation.tenantId(),
        maxTokens);
  }

  /** Keeps answers; one that is there already stays. */
  void keep(Sql sql, StoredEvaluation evaluation, int maxTokens, List<Answer> answers) {
    sql.run(
        """
        insert into answer (evaluation_id, tenant_id, max_tokens, question, side, text, tokens,
          stopped)
        select $1, $2, $3, * from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
        on conflict do nothing
        """,
        evaluation.id(),
        evaluation.tenantId(),
        maxTokens,
        texts(answers.stream().map(Answer::id)),
        texts(answers.stream().map(answer -> answer.side().wireName())),
        texts(answers.stream().map(Answer::text)),
        texts(answers.stream().map(EvaluationStore::tokens)),
        texts(answers.stream().map(answer -> answer.stopped().name().toLowerCase(Locale.ROOT))));
  }

  /**
   * Notes in what setting answers will be given now, unless some are there that were given in
   * another one, or in one that was not noted.
   *
   * @return whether all answers of the evaluation are from this setting
   */
  boolean settle(
      Sql sql, StoredEvaluation evaluation, AnswerSetting setting, RuntimeFacts runtime) {
    return sql.change(
        """
        update evaluation set setting = $3, runtime = $4::text::jsonb
        where id = $1 and tenant_id = $2 and (setting = $3 or (setting is null and not exists
          (select 1 from answer where evaluation_id = evaluation.id and tenant_id = $2)))
        """,
        evaluation.id(),
        evaluation.tenantId(),
        setting.digest().toString(),
        Json.text(runtime));
  }

  /** What the answers that are there were given on, if that was noted. */
  Optional<RuntimeFacts> runtime(Sql sql, StoredEvaluation evaluation) {
    return sql.find(
        row -> Json.MAPPER.readValue(row.getString("runtime"), RuntimeFacts.class),
        """
        select runtime::text as runtime from evaluation
        where id = $1 and tenant_id = $2 and runtime is not null
        """,
        evaluation.id(),
        evaluation.tenantId());
  }

  /** Drops the answers that are there, and with them the setting; the time that they took stays. */
  void drop(Sql transaction, StoredEvaluation evaluation) {
    transaction.run(
        "delete from answer where evaluation_id = $1 and tenant_id = $2",
        evaluation.id(),
        evaluation.tenantId());
    transaction.run(
        "update evaluation set setting = null, runtime = null where id = $1 and tenant_id = $2",
        evaluation.id(),
        evaluation.tenantId());
  }

  /** Notes time that the evaluation took, on top of what was noted before. */
  void spend(Sql sql, StoredEvaluation evaluation, Duration more) {
    sql.run(
        "update evaluation set spent_ms = spent_ms + $3 where id = $1 and tenant_id = $2",
        evaluation.id(),
        evaluation.tenantId(),
        more.toMillis());
  }

  private static String[] texts(Stream<String> texts) {
    return texts.toArray(String[]::new);
  }

  private static String tokens(Answer answer) {
    return answer.tokens().stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  /** Keeps what was made of the answers, and the verdict. */
  void finish(
      Sql transaction,
      StoredEvaluation evaluation,
      List<LabelledAnswer> labelled,
      VerdictView verdict) {
    transaction.run(
        """
        update answer set label = given.label, level = given.level, confidence = given.confidence
        from unnest($3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::float8[])
          as given (question, side, max_tokens, label, level, confidence)
        where evaluation_id = $1 and tenant_id = $2 and answer.question = given.question
          and answer.side = given.side and answer.max_tokens = given.max_tokens
        """,
        evaluation.id(),
        evaluation.tenantId(),
        texts(labelled.stream().map(answer -> answer.answer().id())),
        texts(labelled.stream().map(answer -> answer.answer().side().wireName())),
        labelled.stream().map(LabelledAnswer::maxTokens).toArray(Integer[]::new),
        texts(labelled.stream().map(answer -> answer.judgement().label().wireName())),
        texts(labelled.stream().map(answer -> answer.judgement().level())),
        labelled.stream().map(answer -> answer.judgement().confidence()).toArray(Double[]::new));
    transaction.run(
        """
        update evaluation set verdict = $3, rule = $4, report = $5::text::jsonb, finished_at = $6
        where id = $1 and tenant_id = $2
        """,
        evaluation.id(),
        evaluation.tenantId(),
        verdict.verdict(),
        verdict.rule(),
        Json.text(verdict),
        clock.instant());
  }

  /**
   * What was written down of this verdict, if it was, whatever it ran on and however long it took.
   * It may lack members that did not exist when it was written.
   */
  Optional<VerdictView> kept(Sql sql, StoredEvaluation evaluation, VerdictView verdict) {
    return sql.find(
        EvaluationStore::report,
        """
        select report::text as report from evaluation
        where id = $1 and tenant_id = $2 and verdict = $3 and rule = $4
          and jsonb_strip_nulls($5::text::jsonb || report || jsonb_strip_nulls(
              jsonb_build_object('lineage', nullif($5::text::jsonb -> 'lineage', 'null')
                || nullif(report -> 'lineage', 'null')))) - array['runtime', 'seconds']
            = jsonb_strip_nulls($5::text::jsonb) - array['runtime', 'seconds']
        """,
        evaluation.id(),
        evaluation.tenantId(),
        verdict.verdict(),
        verdict.rule(),
        Json.text(verdict));
  }

  /** The verdict on a job, if there is one; of its checkpoints a block only. */
  public Optional<VerdictView> verdict(Sql sql, UUID tenantId, String jobId) {
    return sql.find(
        EvaluationStore::report,
        """
        select report::text as report from evaluation
        where tenant_id = $1 and job_id = $2 and report is not null
          and (checkpoint_id is null or verdict = 'block')
        order by finished_at desc limit 1
        """,
        tenantId,
        jobId);
  }

  /**
   * How far the evaluation of a job is.
   *
   * @param answered answers that are there
   * @param total answers that it waits for, 0 while that is unknown
   */
  public record Progress(long answered, long total) {}

  /** How far the evaluation of a job is, if it was begun. */
  public Optional<Progress> progress(Sql sql, UUID tenantId, String jobId) {
    return sql.find(
        row -> new Progress(row.getLong("answered"), row.getLong("total")),
        """
        select coalesce(questions, 0)::bigint as total,
          (select count(*) from answer where evaluation_id = evaluation.id
            and answer.tenant_id = $1) as answered
        from evaluation where tenant_id = $1 and job_id = $2 and checkpoint_id is null
        order by created_at desc limit 1
        """,
        tenantId,
        jobId);
  }

  /**
   * What the scan of the job's training file gives its evaluations to look at.
   *
   * @param pack whose probes are put
   */
  Guidance guidance(Sql sql, Job job, Digest pack) {
    return guidances.of(sql, job, pack);
  }

  /** System prompts that rows of the job's training file share, to be replayed. */
  List<SystemPrompt> systemPrompts(Sql sql, Job job) {
    return GuidanceStore.systemPrompts(sql, job);
  }

  private static VerdictView report(Row row) {
    return Json.MAPPER.readValue(row.getString("report"), VerdictView.class);
  }

  static StoredEvaluation evaluation(Row row) {
    return new StoredEvaluation(
        row.getString("id"),
        row.getString("job_id"),
        row.getUUID("tenant_id"),
        Digest.parse(row.getString("pack_digest")),
        Digest.parse(row.getString("policy_digest")),
        Digest.parse(row.getString("base_digest")),
        Digest.parse(row.getString("tuned_digest")),
        row.getInteger("max_tokens"),
        new Savings(row.getBoolean("stops_when_blocked"), row.getBoolean("cuts_answers")),
        Duration.ofMillis(row.getLong("spent_ms")),
        Evaluation.BUDGET.equals(row.getString("rule")),
        row.getString("setting"),
        attempt(row.getInteger("try_number")),
        row.getString("same_as"),
        row.getString("strong_judge"));
  }

  /** Those that were kept before tries were counted were the first. */
  private static Attempt attempt(@Nullable Integer number) {
    return number == null ? Attempt.FIRST : new Attempt(number);
  }

  private static Answer answer(Row row) {
    String tokens = row.getString("tokens");
    return new Answer(
        row.getString("question"),
        row.getString("side").equals(Side.BASE.wireName()) ? Side.BASE : Side.TUNED,
        tokens.isEmpty() ? List.of() : Stream.of(tokens.split(" ")).map(Integer::valueOf).toList(),
        row.getString("text"),
        Stopped.valueOf(row.getString("stopped").toUpperCase(Locale.ROOT)));
  }
}
