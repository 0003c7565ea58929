package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.vet.Mismatch;
import io.tiltmeter.gateway.attestation.AttestationVerifier;
import io.tiltmeter.gateway.attestation.Verification;
import io.tiltmeter.gateway.attestation.Verification.Reason;
import io.tiltmeter.gateway.attestation.Verification.Refused;
import io.tiltmeter.gateway.attestation.Verification.Release;
import io.tiltmeter.gateway.attestation.Verification.Verified;
import io.tiltmeter.gateway.attestation.VerificationKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tiltmeter verify}: whether a folder is the release that its attestation speaks of. */
@Command(
    name = "verify",
    description =
        "Compare a model's files with the attestation of its release; refuses unless every byte, the"
            + " signature and the verdict are as they should be.",
    footer = {
      "",
      "Examples:",
      "  tiltmeter verify models/tuned --attestation models/tuned/attestation.json --key gate.pem",
      "  tiltmeter verify models/tuned --attestation attestation.json --key gate.pem --json"
    })
final class VerifyCommand implements Callable<Integer> {
  /** An attestation of thousands of files is smaller. */
  private static final long MAX_BYTES = 16 << 20;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "DIR", description = "The files to be deployed.")
  private Path directory;

  @Option(
      names = "--attestation",
      required = true,
      paramLabel = "FILE",
      description = "The attestation of the release (DSSE envelope).")
  private Path attestation;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description = "The public key of the gateway (PEM, Ed25519 or ECDSA P-256).")
  private Path key;

  /** What {@code verify --json} prints; what the signature does not vouch for is null. */
  record VerificationView(
      boolean verified,
      @Nullable String subject,
      @Nullable String verdict,
      @Nullable String policyDigest,
      @Nullable String reason,
      List<MismatchView> mismatches) {

    static VerificationView of(Verification verification) {
      return switch (verification) {
        case Verified(Release release, _) -> of(release, null, List.of());
        case Refused(Reason reason, Release release, List<Mismatch> mismatches) ->
            of(release, reason, mismatches);
      };
    }

    private static VerificationView of(
        @Nullable Release release, @Nullable Reason reason, List<Mismatch> mismatches) {
      return new VerificationView(
          reason == null,
          release == null ? null : release.model(),
          release == null ? null : release.verdict(),
          release == null ? null : release.policy().toString(),
          reason == null ? null : reason.wireName(),
          mismatches.stream().map(MismatchView::of).toList());
    }
  }

  /** One file that is not as attested. */
  record MismatchView(String path, @Nullable String expected, @Nullable String found) {
    static MismatchView of(Mismatch mismatch) {
      return new MismatchView(mismatch.path(), mismatch.expected(), mismatch.found());
    }
  }

  @Override
  public Integer call() {
    VerificationKey publicKey = VerificationKey.read(key);
    Verification verification = verify(readAttestation(), publicKey);
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      out.println(Json.line(VerificationView.of(verification)));
    } else {
      print(out, verification);
    }
    out.flush();
    return switch (verification) {
      case Verified _ -> ExitCode.OK;
      case Refused _ -> ExitCode.REFUSED;
    };
  }

  private String readAttestation() {
    try {
      if (Files.size(attestation) > MAX_BYTES) {
        throw new CommandException(
            "%s: expected an attestation of at most %d bytes, found more"
                .formatted(attestation, MAX_BYTES));
      }
      return new String(Files.readAllBytes(attestation), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable("attestation", attestation, e);
    }
  }

  private Verification verify(String envelope, VerificationKey publicKey) {
    if (!Files.isDirectory(directory)) {
      throw new CommandException(
          "expected a model directory at %s, found %s"
              .formatted(directory, Files.exists(directory) ? "a file" : "nothing"));
    }
    try {
      return AttestationVerifier.verify(directory, envelope, publicKey);
    } catch (IOException e) {
      throw unreadable("model directory", directory, e);
    }
  }

  private static CommandException unreadable(String what, Path path, IOException e) {
    return new CommandException(
        "expected a readable %s at %s, found %s"
            .formatted(what, path, Files.exists(path) ? e.getClass().getSimpleName() : "nothing"),
        e);
  }

  private void print(PrintWriter out, Verification verification) {
    switch (verification) {
      case Verified(Release release, int files) ->
          out.println(
              "verified: %s, verdict %s, %d files, policy %s"
                  .formatted(release.model(), release.verdict(), files, release.policy()));
      case Refused(Reason reason, Release release, List<Mismatch> mismatches) -> {
        out.println("refused (%s): %s".formatted(reason.wireName(), why(reason, release)));
        mismatches.forEach(mismatch -> out.println("  " + line(mismatch)));
      }
    }
  }

  private String why(Reason reason, @Nullable Release release) {
    return switch (reason) {
      case SIGNATURE ->
          "the attestation is not signed with this key, or was changed; get both from the gateway";
      case VERDICT ->
          release == null
              ? "what is signed is not a release; get the attestation of this model"
              : "the verdict on %s is %s, and only pass may be deployed"
                  .formatted(release.model(), release.verdict());
      case MISMATCH, MISSING, EXTRA ->
          "%s does not hold exactly what was attested; fetch the release again"
              .formatted(directory);
    };
  }

  private static String line(Mismatch mismatch) {
    return switch (mismatch.kind()) {
      case CHANGED ->
          "%s: expected %s, found %s"
              .formatted(mismatch.path(), mismatch.expected(), mismatch.found());
      case MISSING -> "%s: is missing, expected %s".formatted(mismatch.path(), mismatch.expected());
      case EXTRA -> "%s: not attested, found %s".formatted(mismatch.path(), mismatch.found());
    };
  }
}
