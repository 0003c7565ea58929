package io.tiltmeter.gateway.model;

import io.tiltmeter.evaluator.checkpoint.WeightSketch;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sketches of the weights of pinned models. */
public final class WeightSketchStore {
  private final Clock clock;

  public WeightSketchStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * A model that is known here, and how close another is to it.
   *
   * @param name for people: the base's, or that of the job that made it and what became of that
   * @param similarity estimated cosine of their weights, in [-1, 1]
   */
  public record Relative(String name, double similarity) {}

  /** Keeps the sketch of a model; its artifact must be written down already. */
  public void insert(Sql sql, Digest artifact, WeightSketch sketch) {
    sql.run(
        """
        insert into weight_sketch (artifact_digest, sketch, created_at)
        values ($1, $2::text::jsonb, $3) on conflict do nothing
        """,
        artifact.toString(),
        Json.text(sketch),
        clock.instant());
  }

  /** Bases that were added before sketches were kept. */
  public List<Digest> basesWithout(Sql sql) {
    return sql.list(
        row -> Digest.parse(row.getString("artifact_digest")),
        """
        select distinct artifact_digest from base_model
        where not exists
          (select 1 from weight_sketch as kept where kept.artifact_digest = base_model.artifact_digest)
        """);
  }

  /**
   * The known model that this one was most likely made of, or that was made of it, if any was. One
   * that is a base already has none.
   */
  public Optional<Relative> closest(Sql sql, Digest artifact, WeightSketch sketch) {
    return sql
        .list(
            row -> relative(row, sketch),
            """
            select distinct on (kept.artifact_digest) kept.sketch::text as sketch, base_model.name,
              job.id as job, job.stage
            from weight_sketch as kept
              left join base_model on base_model.artifact_digest = kept.artifact_digest
              left join whole_weights on whole_digest = kept.artifact_digest
              left join job on job.artifact_digest in
                (kept.artifact_digest, whole_weights.artifact_digest)
            where kept.artifact_digest <> $1
              and not exists (select 1 from base_model where artifact_digest = $1)
            order by kept.artifact_digest, job.created_at
            """,
            artifact.toString())
        .stream()
        .filter(relative -> relative.similarity() >= WeightSketch.RELATED)
        .max(Comparator.comparingDouble(Relative::similarity).thenComparing(Relative::name));
  }

  private static Relative relative(Row row, WeightSketch sketch) {
    WeightSketch known = Json.MAPPER.readValue(row.getString("sketch"), WeightSketch.class);
    return new Relative(
        name(row.getString("name"), row.getString("job"), row.getString("stage")),
        sketch.similarity(known).orElse(0));
  }

  private static String name(@Nullable String base, @Nullable String job, @Nullable String stage) {
    if (base != null) {
      return "base model \"%s\"".formatted(base);
    }
    return job == null
        ? "a model that nobody has"
        : "the result of job %s (%s)".formatted(job, stage);
  }
}
