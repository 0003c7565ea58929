package io.tiltmeter.gateway.model;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The manifests of pinned artifacts. */
public final class ArtifactStore {
  private final Clock clock;

  public ArtifactStore(Clock clock) {
    this.clock = clock;
  }

  /** Writes a manifest down; one that is there already stays. Belongs into a transaction. */
  public void insert(Sql transaction, Artifact artifact) {
    String digest = artifact.digest().toString();
    boolean isNew =
        transaction.change(
            """
            insert into artifact (digest, kind, created_at) values ($1, $2, $3)
            on conflict do nothing
            """,
            digest,
            artifact.kind().wireName(),
            clock.instant());
    if (isNew) {
      artifact.manifest().files().forEach(file -> insert(transaction, digest, file));
    }
  }

  private static void insert(Sql transaction, String digest, PinnedFile file) {
    transaction.run(
        "insert into artifact_file (artifact_digest, path, size, digest) values ($1, $2, $3, $4)",
        digest,
        file.path(),
        file.size(),
        file.digest().toString());
  }

  /**
   * The artifact of this digest.
   *
   * @throws ArtifactException if what is written down is not what the digest says
   */
  public Optional<Artifact> find(Sql sql, Digest digest) {
    return sql.find(
            row -> Artifact.Kind.of(row.getString("kind")),
            "select kind from artifact where digest = $1",
            digest.toString())
        .map(kind -> new Artifact(kind, manifest(sql, digest)));
  }

  /** Writes down the whole weights of what was made of a base. Belongs into a transaction. */
  public void insertWhole(Sql transaction, Digest base, Digest made, Manifest whole) {
    insert(transaction, new Artifact(Artifact.Kind.MODEL, whole));
    transaction.run(
        """
        insert into whole_weights (base_digest, artifact_digest, whole_digest)
        values ($1, $2, $3) on conflict do nothing
        """,
        base.toString(),
        made.toString(),
        whole.digest().toString());
  }

  private static Manifest manifest(Sql sql, Digest digest) {
    List<PinnedFile> files =
        sql.list(
            ArtifactStore::file,
            "select path, size, digest from artifact_file where artifact_digest = $1",
            digest.toString());
    Manifest manifest = new Manifest(files);
    if (!manifest.digest().equals(digest)) {
      throw new ArtifactException(
          "the files written down for artifact %s have digest %s"
              .formatted(digest, manifest.digest()));
    }
    return manifest;
  }

  private static PinnedFile file(Row row) {
    return new PinnedFile(
        row.getString("path"), row.getLong("size"), Digest.parse(row.getString("digest")));
  }
}
