package io.tiltmeter.evaluator.vet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedModelTest {
  @TempDir Path folder;
  private Manifest manifest;

  @BeforeEach
  void pin() throws IOException {
    Files.writeString(folder.resolve("a"), "alpha");
    Files.writeString(folder.resolve("b"), "beta");
    manifest = TestArtifacts.manifest(folder);
  }

  @Test
  void verify_untouched_isIntact() throws IOException {
    assertThat(PinnedModel.verify(folder, manifest)).isEqualTo(new PinnedModel.Check.Intact());
  }

  @Test
  void verify_changedMissingAndExtra_areAllNamed() throws IOException {
    Files.writeString(folder.resolve("a"), "alphA");
    Files.delete(folder.resolve("b"));
    Files.writeString(folder.resolve("c"), "");
    Files.createDirectory(folder.resolve("d"));
    assertThat(PinnedModel.verify(folder, manifest))
        .isEqualTo(
            new PinnedModel.Check.Differs(
                List.of(
                    new Mismatch(Mismatch.Kind.CHANGED, "a", digest("alpha"), digest("alphA")),
                    new Mismatch(Mismatch.Kind.MISSING, "b", digest("beta"), null),
                    new Mismatch(Mismatch.Kind.EXTRA, "c", null, digest("")),
                    new Mismatch(Mismatch.Kind.EXTRA, "d", null, "folder"))));
  }

  @Test
  void verify_linkToTheSameBytes_isExtra(@TempDir Path elsewhere) throws IOException {
    Files.move(folder.resolve("a"), elsewhere.resolve("a"));
    Files.createSymbolicLink(folder.resolve("a"), elsewhere.resolve("a"));
    assertThat(PinnedModel.verify(folder, manifest))
        .isEqualTo(
            new PinnedModel.Check.Differs(
                List.of(new Mismatch(Mismatch.Kind.EXTRA, "a", digest("alpha"), "symbolic link"))));
  }

  @Test
  void verify_anySingleFlippedBit_isSeen() throws IOException {
    long seed = 20260101;
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      byte[] bytes = "alpha".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      int at = random.nextInt(bytes.length);
      bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      Files.write(folder.resolve("a"), bytes);
      assertThat(PinnedModel.verify(folder, manifest))
          .as("seed %d, round %d", seed, round)
          .isInstanceOf(PinnedModel.Check.Differs.class);
    }
  }

  @Test
  void differences_ignoredNames_mayBeThereOrNot() throws IOException {
    Files.writeString(folder.resolve("c"), "");
    Map<String, Digest> expected = Map.of("a", Digest.of("alpha"), "b", Digest.of("beta"));
    assertThat(PinnedModel.differences(folder, expected, Set.of("c", "d"))).isEmpty();
  }

  private static String digest(String text) {
    return Digest.of(text).toString();
  }
}
