package io.tiltmeter.gateway.model;

import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.vet.Mismatch;
import io.tiltmeter.evaluator.vet.PinnedModel;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The immutable store of models, by what was pinned. */
public final class PinnedModels {
  private final Path store;
  private final ArtifactStore artifacts;
  private final BaseModelStore bases;

  /**
   * @param store a folder for each artifact, named by its digest
   */
  public PinnedModels(Path store, ArtifactStore artifacts, BaseModelStore bases) {
    this.store = store;
    this.artifacts = artifacts;
    this.bases = bases;
  }

  /** The manifests of what is in it. */
  public ArtifactStore artifacts() {
    return artifacts;
  }

  /**
   * A base, and what was made of it.
   *
   * @param start the whole weights that the training started from: the base, or in a lineage those
   *     of the parent
   */
  public record Pair(
      Artifact base,
      Path baseFolder,
      Artifact start,
      Path startFolder,
      Artifact tuned,
      Path tunedFolder) {

    /** The base as the model runner takes it, with nothing of a customer's near it. */
    public PairSource baseSource() {
      return new PairSource.BaseOnly(baseFolder);
    }

    /** What was made of it as the model runner takes it, to be asked as the tuned side. */
    public PairSource tunedSource() {
      return switch (tuned.kind()) {
        case ADAPTER -> new PairSource.WithAdapter(startFolder, tunedFolder);
        case MODEL -> new PairSource.TunedOnly(baseFolder, tunedFolder);
      };
    }
  }

  /**
   * A base by its name, and an artifact that was made of it or of its descendant.
   *
   * @param start manifest of the descendant's whole weights; null where the base itself was tuned
   * @throws ArtifactException if one of them was never pinned
   */
  public Pair pair(Sql sql, String baseModel, @Nullable Digest start, Digest tuned) {
    Artifact base = base(sql, baseModel);
    Artifact from = start(sql, baseModel, start);
    return new Pair(
        base,
        folder(base.digest()),
        from,
        folder(from.digest()),
        artifact(sql, tuned),
        folder(tuned));
  }

  /**
   * The whole weights that a training starts from.
   *
   * @param start manifest of those of a base's descendant; null for the base itself
   */
  public Artifact start(Sql sql, String baseModel, @Nullable Digest start) {
    return start == null ? base(sql, baseModel) : artifact(sql, start);
  }

  /** The files of a base. */
  public Artifact base(Sql sql, String name) {
    return bases
        .find(sql, name)
        .map(base -> artifact(sql, base.artifactDigest()))
        .orElseThrow(() -> new ArtifactException("no base model is named " + name));
  }

  /** The artifact of this digest. */
  public Artifact artifact(Sql sql, Digest digest) {
    return artifacts
        .find(sql, digest)
        .orElseThrow(() -> new ArtifactException("nothing was pinned as " + digest));
  }

  /** The folder that holds exactly the files of this artifact. */
  public Path folder(Digest digest) {
    return store.resolve(digest.hex());
  }

  /**
   * Hashes all folders again; due right before they are loaded.
   *
   * @throws ArtifactException if any byte is not what was pinned
   */
  public void requireIntact(Pair pair) {
    requireIntact(pair.base());
    if (!pair.start().equals(pair.base())) {
      requireIntact(pair.start());
    }
    requireIntact(pair.tuned());
  }

  /** The same for one artifact. */
  public void requireIntact(Artifact artifact) {
    try {
      if (PinnedModel.verify(folder(artifact.digest()), artifact.manifest())
          instanceof PinnedModel.Check.Differs(var mismatches)) {
        Mismatch first = mismatches.getFirst();
        throw new ArtifactException(
            "%d files of artifact %s are not what was pinned, first \"%s\": expected %s, found %s"
                .formatted(
                    mismatches.size(),
                    artifact.digest(),
                    first.path(),
                    first.expected(),
                    first.found()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("artifact %s cannot be read".formatted(artifact.digest()), e);
    }
  }
}
