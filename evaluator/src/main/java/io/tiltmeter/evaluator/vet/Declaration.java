package io.tiltmeter.evaluator.vet;

import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;

/** Compares what arrived with what the maker said would. */
final class Declaration {
  private final Manifest declared;
  private final Findings findings;

  Declaration(Manifest declared, Findings findings) {
    this.declared = declared;
    this.findings = findings;
  }

  void compare(Manifest arrived) {
    for (PinnedFile file : arrived.files()) {
      declared
          .find(file.path())
          .ifPresentOrElse(expected -> compare(expected, file), () -> undeclared(file));
    }
    for (PinnedFile file : declared.files()) {
      if (arrived.find(file.path()).isEmpty()) {
        findings.add(
            VettingRule.DECLARED_FILE_MISSING,
            file.path(),
            "was declared but is not there; send it");
      }
    }
  }

  private void undeclared(PinnedFile file) {
    findings.add(
        VettingRule.UNDECLARED_FILE, file.path(), "was not declared; declare it or leave it out");
  }

  private void compare(PinnedFile expected, PinnedFile found) {
    if (expected.size() != found.size()) {
      findings.add(
          VettingRule.SIZE_MISMATCH,
          found.path(),
          "declared %d bytes, found %d; send it again".formatted(expected.size(), found.size()));
    } else if (!expected.digest().equals(found.digest())) {
      findings.add(
          VettingRule.DIGEST_MISMATCH,
          found.path(),
          "declared %s, found %s; send it again".formatted(expected.digest(), found.digest()));
    }
  }
}
