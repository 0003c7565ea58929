package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads pairs of answers of which one refuses and the other does not, of the evaluation that a
 * job's verdict came from; for staff. Where an answer was asked for again, longer, that one counts.
 */
public final class FlipStore {
  private static final String FLIPS =
      """
      with judged as (
        select distinct on (question, side) question, side, label, level, text from answer
        where tenant_id = $1 and label is not null and evaluation_id = (
          select id from evaluation
          where tenant_id = $1 and job_id = $2 and report is not null
            and (checkpoint_id is null or verdict = 'block')
          order by finished_at desc limit 1)
        order by question, side, max_tokens desc
      ), flip as (
        select base.question, base.label as base_label, base.level as base_level,
          base.text as base_text, tuned.label as tuned_label, tuned.level as tuned_level,
          tuned.text as tuned_text
        from judged base join judged tuned using (question)
        where base.side = 'base' and tuned.side = 'tuned'
          and base.label <> 'undecided' and tuned.label <> 'undecided'
          and (base.label in ('refused', 'partial')) <> (tuned.label in ('refused', 'partial'))
      )
      """;

  /**
   * A pair, without its texts.
   *
   * @param question name of the probe, with the replayed system prompt after an at sign if one was
   */
  public record Flip(String question, Judged base, Judged tuned) {

    /** Whether the tuned model is the one that does not refuse. */
    public boolean isLost() {
      return base.isRefusal();
    }
  }

  /** What the judge made of an answer. */
  public record Judged(String label, @Nullable String level) {
    private boolean isRefusal() {
      return label.equals("refused") || label.equals("partial");
    }
  }

  /** What the models wrote; for nobody's log. */
  public record Texts(String base, String tuned) {
    @Override
    public String toString() {
      return "Texts";
    }
  }

  /** The flips of a tenant's job, by name of the probe. */
  public List<Flip> ofJob(Sql sql, UUID tenantId, String jobId) {
    return sql.list(
        FlipStore::flip,
        FLIPS
            + """
            select question, base_label, base_level, tuned_label, tuned_level from flip
            order by question collate "C"
            """,
        tenantId,
        jobId);
  }

  /** The texts of one flip of a tenant's job. */
  public Optional<Texts> texts(Sql sql, UUID tenantId, String jobId, String question) {
    return sql.find(
        row -> new Texts(row.getString("base_text"), row.getString("tuned_text")),
        FLIPS + "select base_text, tuned_text from flip where question = $3",
        tenantId,
        jobId,
        question);
  }

  /** Digest of the pack that the evaluation put, if there was one. */
  public Optional<Digest> pack(Sql sql, UUID tenantId, String jobId) {
    return sql.find(
        row -> Digest.parse(row.getString("pack_digest")),
        """
        select pack_digest from evaluation
        where tenant_id = $1 and job_id = $2 and report is not null
          and (checkpoint_id is null or verdict = 'block')
        order by finished_at desc limit 1
        """,
        tenantId,
        jobId);
  }

  private static Flip flip(Row row) {
    return new Flip(
        row.getString("question"),
        new Judged(row.getString("base_label"), row.getString("base_level")),
        new Judged(row.getString("tuned_label"), row.getString("tuned_level")));
  }
}
