package io.tiltmeter.policy.attestation;

import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is signed about a released model: an in-toto Statement v1 whose predicate is a SLSA
 * Verification Summary v1 (<a href="https://slsa.dev/spec/v1.0/verification_summary">format</a>).
 *
 * <p>Its subjects are the model's files. Rates, n and the rest of what Tiltmeter measured stand in
 * one extension member, {@link #VERDICT}; that specification lets producers add members whose names
 * are URIs.
 *
 * @param files every file of the model
 * @param verified when the verdict was made
 */
public record Statement(Manifest files, Origin origin, Decided decided, Instant verified) {
  /** Media type of the payload: in-toto attestation framework v1. */
  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  /** Value of member {@code _type}. */
  public static final String TYPE = "https://in-toto.io/Statement/v1";

  /** Value of member {@code predicateType}. */
  public static final String PREDICATE_TYPE = "https://slsa.dev/verification_summary/v1";

  /** Name of the extension member of the predicate. */
  public static final String VERDICT = "https://tiltmeter.io/verdict/v1";

  /** What {@code verificationResult} says of a model whose verdict was pass. */
  public static final String PASSED = "PASSED";

  private static final String FAILED = "FAILED";
  private static final String VERIFIER = "https://tiltmeter.io/gate";
  private static final String PASSED_LEVEL = "TILTMETER_GATE_PASS";

  public Statement {
    if (files.files().isEmpty()) {
      throw new IllegalArgumentException("statement needs at least one file, got none");
    }
  }

  /** The statement in RFC 8785 canonical JSON: the text that is signed. */
  public String payload() {
    return CanonicalJson.of(
        Map.of(
            "_type",
            TYPE,
            "subject",
            files.files().stream().map(Statement::subject).toList(),
            "predicateType",
            PREDICATE_TYPE,
            "predicate",
            predicate()));
  }

  private static Map<String, Object> subject(PinnedFile file) {
    return Map.of("name", file.path(), "digest", digestSet(file.digest()));
  }

  private static Map<String, Object> digestSet(Digest digest) {
    return Map.of("sha256", digest.hex());
  }

  private Map<String, Object> predicate() {
    return Map.of(
        "verifier",
        Map.of("id", VERIFIER),
        "timeVerified",
        verified.toString(),
        "resourceUri",
        "urn:tiltmeter:model:" + origin.model(),
        "policy",
        Map.of(
            "uri",
            "urn:tiltmeter:policy:" + decided.policy(),
            "digest",
            digestSet(decided.policy())),
        "verificationResult",
        decided.passed() ? PASSED : FAILED,
        "verifiedLevels",
        List.of(decided.passed() ? PASSED_LEVEL : FAILED),
        "slsaVersion",
        "1.0",
        VERDICT,
        verdict());
  }

  private Map<String, @Nullable Object> verdict() {
    Map<String, @Nullable Object> members = measured(decided.verdict());
    members.put("policy_digest", decided.policy().toString());
    members.put("pack_digest", decided.pack().toString());
    members.put("judge", decided.judge());
    members.put("aa", agreement(decided.measurement().agreement()));
    members.put("runtime", runtime(decided.measurement().runtime()));
    members.put("attempt", decided.measurement().attempt());
    members.put("released_by", decided.releasedBy().wireName());
    members.put("model", origin.model());
    members.put("job", origin.job());
    members.put("dataset_digest", origin.dataset().toString());
    members.put("base", base(origin.base()));
    Origin.Parent parent = origin.parent();
    if (parent != null) {
      members.put(
          "parent", Map.of("name", parent.name(), "manifest_digest", parent.manifest().toString()));
    }
    return members;
  }

  private static Map<String, @Nullable Object> measured(Verdict verdict) {
    Comparison harmful = verdict.evidence().harmful();
    Map<String, @Nullable Object> members = new HashMap<>();
    members.put("verdict", verdict.decision().wireName());
    members.put("rule", verdict.rule());
    members.put("base_refusal_rate", harmful.baseRate());
    members.put("tuned_refusal_rate", harmful.tunedRate());
    members.put("delta", harmful.delta());
    members.put("interval", List.of(harmful.interval().low(), harmful.interval().high()));
    members.put("confidence", Verdict.CONFIDENCE);
    members.put("n", harmful.n());
    return members;
  }

  private static @Nullable Map<String, Object> agreement(Measurement.@Nullable Agreement base) {
    return base == null ? null : Map.of("n", base.n(), "flips", base.flips());
  }

  private static @Nullable Map<String, Object> runtime(Measurement.@Nullable Environment runtime) {
    return runtime == null
        ? null
        : Map.of(
            "provider", runtime.provider(),
            "version", runtime.version(),
            "threads", runtime.threads(),
            "weights", runtime.weights(),
            "graph", runtime.graph());
  }

  private static Map<String, @Nullable Object> base(Origin.Base base) {
    Map<String, @Nullable Object> members = new HashMap<>();
    members.put("name", base.name());
    members.put("revision", base.revision());
    members.put("manifest_digest", base.manifest().toString());
    return members;
  }
}
