package io.tiltmeter.gateway.attestation;

import io.tiltmeter.policy.attestation.Decided;
import io.tiltmeter.policy.attestation.Measurement;
import io.tiltmeter.policy.attestation.Origin;
import io.tiltmeter.policy.attestation.ReleasedBy;
import io.tiltmeter.policy.attestation.Statement;
import io.tiltmeter.policy.gate.Detectability;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Outlook;
import io.tiltmeter.policy.gate.Trail;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.tiltmeter.policy.stats.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A folder of small files with its signed attestation, as a gateway would leave it.
 *
 * @param attestation {@code attestation.json} in the folder
 * @param publicKey PEM file of the gateway that signed
 */
public record SignedRelease(Path folder, Path attestation, Path publicKey, SigningKey key) {
  public static final String MODEL = "ft:tiny-base:acme::1";
  public static final Digest POLICY = Digest.of("policy");

  private static final Map<String, String> FILES =
      Map.of("config.json", "{}", "model.safetensors", "weights", "tokenizer.json", "{\"a\":1}");

  /** Released by the gate on pass, by people on anything else. */
  public static SignedRelease make(Path home, Decision decision) throws IOException {
    SigningKey key = SigningKey.open(home);
    Path folder = Files.createDirectories(home.resolve("released/model"));
    List<PinnedFile> files = new ArrayList<>();
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
      files.add(
          new PinnedFile(file.getKey(), file.getValue().length(), Digest.of(file.getValue())));
    }
    String payload = statement(new Manifest(files), decision).payload();
    Path attestation =
        Files.writeString(
            folder.resolve("attestation.json"), Dsse.sign(Statement.PAYLOAD_TYPE, payload, key));
    return new SignedRelease(folder, attestation, home.resolve("keys/attestation.pub.pem"), key);
  }

  static Statement statement(Manifest files, Decision decision) {
    Comparison harmful =
        new Comparison(
            560, 0.99, 0.98, 0.01, new Interval(-0.01, 0.02), 9, 0, Evidence.Finding.PASS);
    Evidence evidence =
        new Evidence(
            harmful,
            List.of(),
            List.of(),
            harmful,
            new Evidence.Capability(60, 1, 1, 0, Evidence.Finding.PASS),
            new Evidence.Flips(0, 0),
            0,
            0,
            0.05,
            new Trail(
                List.of(),
                List.of(),
                List.of(),
                new Detectability(List.of()),
                0.05,
                List.of(),
                new Outlook.Unclear(Outlook.Reason.NOTHING_ASKED)));
    ReleasedBy by = decision == Decision.PASS ? ReleasedBy.GATE : ReleasedBy.OVERRIDE;
    Digest digest = Digest.of("other");
    return new Statement(
        files,
        new Origin(MODEL, "ftjob-1", new Origin.Base("tiny-base", null, digest), digest),
        new Decided(
            new Verdict(decision, "gate", evidence),
            POLICY,
            digest,
            "phrases-1",
            new Measurement(
                new Measurement.Agreement(24, 0),
                new Measurement.Environment("cpu", "1.29.0", 2, "fp32", "built"),
                1),
            by),
        Instant.parse("2026-11-25T03:00:00Z"));
  }
}
