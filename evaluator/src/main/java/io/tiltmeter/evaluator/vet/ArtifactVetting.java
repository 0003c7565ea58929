package io.tiltmeter.evaluator.vet;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The way of an artifact into the immutable store: copied and hashed in one go, then checked from
 * the copy; parsed, never loaded.
 *
 * <p>Safe for use by several threads and processes at once. Blocks.
 */
public final class ArtifactVetting {
  private final Store store;
  private final VettingLimits limits;

  /**
   * Vetting into a store.
   *
   * @param store a folder that only this product writes to; made if it is not there
   */
  public ArtifactVetting(Path store, VettingLimits limits) {
    this.store = new Store(store);
    this.limits = limits;
  }

  /**
   * Vets an artifact.
   *
   * @return pinned, with the folder that alone may be loaded; or refused with every finding, and
   *     then nothing is kept
   * @throws VettingException if it could not be read or written; then nothing is kept either
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if an adapter's base cannot be read
   */
  public VettingResult vet(Artifact artifact) {
    try (Store.Staging staging = store.stage()) {
      Findings findings = new Findings();
      Manifest manifest = check(artifact, staging.folder(), findings);
      if (!findings.isEmpty()) {
        return new VettingResult.Refused(findings.sorted());
      }
      return new VettingResult.Pinned(manifest, staging.publish(manifest));
    } catch (IOException e) {
      throw new VettingException(
          "%s: cannot be vetted (%s: %s); check the folder, the disk and its permissions"
              .formatted(artifact.folder(), e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /** Removes what a process that was killed left behind; call while nothing is being vetted. */
  public void sweep() {
    try {
      store.sweep();
    } catch (IOException e) {
      throw new VettingException("cannot remove what an earlier vetting left behind", e);
    }
  }

  /**
   * Removes what was pinned under this digest, if it is there. Nobody may use it any more, and
   * nothing may be vetted meanwhile: that could find the folder and rely on it.
   *
   * @throws VettingException if it cannot be removed
   */
  public void unpin(Digest artifact) {
    try {
      store.unpin(artifact);
    } catch (IOException e) {
      throw new VettingException("artifact %s cannot be removed".formatted(artifact), e);
    }
  }

  private Manifest check(Artifact artifact, Path staging, Findings findings) throws IOException {
    if (!Files.isDirectory(artifact.folder())) {
      throw new VettingException(
          "%s: expected a folder, found %s"
              .formatted(
                  artifact.folder(), Files.exists(artifact.folder()) ? "a file" : "nothing"));
    }
    Copy copy = new Copy(staging, limits, findings);
    Manifest manifest =
        new Manifest(
            switch (artifact) {
              case Artifact.Model model -> copy.from(model.folder(), AllowedFiles::refuseInModel);
              case Artifact.Adapter adapter ->
                  copy.from(adapter.folder(), AllowedFiles::refuseInAdapter);
            });
    if (findings.contains(VettingRule.TOO_MANY_FILES, VettingRule.TOO_MANY_BYTES)) {
      // What was not copied would look as if it were missing.
      return manifest;
    }
    if (artifact.declared() != null) {
      new Declaration(artifact.declared(), findings).compare(manifest);
    }
    CopyRules rules = new CopyRules(staging, manifest, findings);
    switch (artifact) {
      case Artifact.Model _ -> rules.checkModel();
      case Artifact.Adapter adapter -> rules.checkAdapter(adapter);
    }
    return manifest;
  }
}
