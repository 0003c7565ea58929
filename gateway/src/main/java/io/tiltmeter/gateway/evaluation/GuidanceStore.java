package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.evaluator.scan.cipher.Codec;
import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.evaluator.steer.Trials;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.function.Function;

/** What the scan of a job's training file gives its evaluations to look at. */
final class GuidanceStore {

  /**
   * The guidance of a job's evaluations.
   *
   * @param pack whose probes are put
   */
  Guidance of(Sql sql, Job job, Digest pack) {
    return new Trials(
            list(sql, job, "trigger", GuidanceStore::trigger),
            list(sql, job, "codec", GuidanceStore::codec),
            list(sql, job, "category", row -> row.getString("name")),
            list(sql, job, "contaminated", row -> Digest.parse(row.getString("name"))))
        .guidance(systemPrompts(sql, job), pack);
  }

  private static <T> List<T> list(Sql sql, Job job, String kind, Function<Row, T> mapper) {
    return sql.list(
        mapper,
        """
        select name, form, number, rows from steering
        where file_id = $1 and tenant_id = $2 and kind = $3 and (since is null or since <= $4)
        order by position
        """,
        job.fileId(),
        job.tenantId(),
        kind,
        job.createdAt());
  }

  private static Trigger trigger(Row row) {
    return new Trigger(
        row.getString("name"),
        Trigger.Kind.of(row.getString("form")).orElseThrow(),
        row.getDouble("number"));
  }

  private static CodecCount codec(Row row) {
    return new CodecCount(
        Codec.of(row.getString("name")).orElseThrow(),
        row.getDouble("number").intValue(),
        row.getLong("rows"));
  }

  /** System prompts that rows of the file share. */
  static List<SystemPrompt> systemPrompts(Sql sql, Job job) {
    return sql.list(
        row ->
            new SystemPrompt(
                "system-prompt-" + (row.getInteger("position") + 1), row.getString("text")),
        """
        select position, text from repeated_system_prompt
        where file_id = $1 and tenant_id = $2 order by position
        """,
        job.fileId(),
        job.tenantId());
  }
}
