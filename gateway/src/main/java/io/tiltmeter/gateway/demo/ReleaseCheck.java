package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.attestation.AttestationVerifier;
import io.tiltmeter.gateway.attestation.Verification;
import io.tiltmeter.gateway.attestation.VerificationKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Verifies a released model as whoever deploys it would, and once more with one byte changed. */
final class ReleaseCheck {
  private static final String ATTESTATION = "attestation.json";
  private static final String WEIGHTS = ".safetensors";

  private ReleaseCheck() {}

  /** What came of verifying a model, and a copy of it that was tampered with. */
  record Result(boolean released, String tampered) {
    /** No model was released. */
    static final Result NOTHING = new Result(false, "unreleased");
  }

  /**
   * Verifies a released model.
   *
   * @param scratch a folder that does not exist yet, for the copy
   */
  static Result of(Path model, Path publicKey, Path scratch) {
    try {
      VerificationKey key = VerificationKey.read(publicKey);
      String attestation = Files.readString(model.resolve(ATTESTATION));
      boolean released =
          AttestationVerifier.verify(model, attestation, key) instanceof Verification.Verified;
      tamper(copy(model, scratch));
      return new Result(released, words(AttestationVerifier.verify(scratch, attestation, key)));
    } catch (IOException e) {
      throw new DemoException("the released model cannot be read", e);
    }
  }

  private static String words(Verification verification) {
    return switch (verification) {
      case Verification.Verified _ -> "verified";
      case Verification.Refused refused -> refused.reason().wireName();
    };
  }

  private static Path copy(Path model, Path scratch) throws IOException {
    Files.createDirectories(scratch);
    try (Stream<Path> files = Files.list(model)) {
      List<Path> all = files.toList();
      for (Path file : all) {
        Files.copy(file, scratch.resolve(file.getFileName()));
      }
    }
    return scratch;
  }

  /** Turns one bit in the middle of the weights. */
  private static void tamper(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      Path weights =
          files
              .filter(file -> file.toString().endsWith(WEIGHTS))
              .findFirst()
              .orElseThrow(() -> new DemoException("the released model has no weights"));
      weights.toFile().setWritable(true);
      try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
        long middle = file.length() / 2;
        file.seek(middle);
        int found = file.read();
        file.seek(middle);
        file.write(found ^ 1);
      }
    }
  }
}
