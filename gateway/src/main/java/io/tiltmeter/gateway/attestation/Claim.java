package io.tiltmeter.gateway.attestation;

import io.tiltmeter.policy.attestation.Statement;
import io.tiltmeter.policy.lineage.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a verified statement says about a release.
 *
 * @param model the released model's public name
 * @param verdict the verdict's wire name
 * @param passed whether both the verdict and the verification summary say pass
 * @param files digests by file name, at least one
 */
record Claim(
    String model, String verdict, boolean passed, Digest policy, Map<String, Digest> files) {

  Claim {
    files = Map.copyOf(files);
  }

  /** Reads a payload whose signature was verified; empty if it is not about a release. */
  static Optional<Claim> parse(String payload) {
    try {
      JsonNode root = SignedJson.MAPPER.readTree(payload);
      boolean summary =
          text(root, "_type").equals(Statement.TYPE)
              && text(root, "predicateType").equals(Statement.PREDICATE_TYPE);
      Map<String, Digest> files = files(root.path("subject"));
      return summary && !files.isEmpty()
          ? Optional.of(claim(root.path("predicate"), files))
          : Optional.empty();
    } catch (JacksonException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Claim claim(JsonNode predicate, Map<String, Digest> files) {
    JsonNode own = predicate.path(Statement.VERDICT);
    String verdict = text(own, "verdict");
    boolean passed =
        verdict.equals("pass") && text(predicate, "verificationResult").equals(Statement.PASSED);
    return new Claim(
        text(own, "model"), verdict, passed, Digest.parse(text(own, "policy_digest")), files);
  }

  private static Map<String, Digest> files(JsonNode subjects) {
    Map<String, Digest> files = new TreeMap<>();
    for (JsonNode subject : subjects) {
      Digest digest = new Digest(text(subject.path("digest"), "sha256"));
      if (files.put(text(subject, "name"), digest) != null) {
        throw new IllegalArgumentException("a subject is named twice");
      }
    }
    return files;
  }

  private static String text(JsonNode node, String member) {
    JsonNode value = node.path(member);
    if (!value.isString()) {
      throw new IllegalArgumentException("a member is missing");
    }
    return value.stringValue();
  }
}
