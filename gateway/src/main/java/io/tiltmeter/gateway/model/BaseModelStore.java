package io.tiltmeter.gateway.model;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The models that customers can tune. */
public final class BaseModelStore {
  private final Clock clock;

  public BaseModelStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * Adds a base; its artifact must be written down already.
   *
   * @return false if there is one of this name, which stays as it is
   * @throws IllegalArgumentException if the name is not one that {@link BaseModel} allows
   */
  public boolean insert(
      Sql sql, String name, Digest artifact, String source, @Nullable String revision) {
    BaseModel base = new BaseModel(name, artifact, source, revision, clock.instant());
    return sql.change(
        """
        insert into base_model (name, artifact_digest, source, revision, created_at)
        values ($1, $2, $3, $4, $5) on conflict do nothing
        """,
        base.name(),
        base.artifactDigest().toString(),
        base.source(),
        base.revision(),
        base.createdAt());
  }

  /** The base of this name. */
  public Optional<BaseModel> find(Sql sql, String name) {
    return sql.find(BaseModelStore::base, "select * from base_model where name = $1", name);
  }

  /** Every base, by name. */
  public List<BaseModel> list(Sql sql) {
    return sql.list(BaseModelStore::base, "select * from base_model order by name");
  }

  private static BaseModel base(Row row) {
    return new BaseModel(
        row.getString("name"),
        Digest.parse(row.getString("artifact_digest")),
        row.getString("source"),
        row.getString("revision"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
