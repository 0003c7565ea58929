package io.tiltmeter.evaluator.vet;

import io.tiltmeter.policy.lineage.Manifest;
import java.nio.file.Path;
import java.util.List;

/** What vetting made of an artifact. */
public sealed interface VettingResult {

  /**
   * Nothing was found that the rules refuse; which is not a proof that the weights are harmless.
   *
   * @param folder the immutable copy, named by the hexadecimal digits of the manifest's digest
   */
  record Pinned(Manifest manifest, Path folder) implements VettingResult {}

  /**
   * Nothing was kept.
   *
   * @param findings everything that was found, by path, at least one
   */
  record Refused(List<VettingFinding> findings) implements VettingResult {
    public Refused {
      findings = List.copyOf(findings);
    }
  }
}
