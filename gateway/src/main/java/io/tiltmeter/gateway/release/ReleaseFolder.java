package io.tiltmeter.gateway.release;

import io.tiltmeter.evaluator.vet.PinnedModel;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a released model: copies of its pinned files and the attestation.
 *
 * <p>It comes to be under another name and is renamed when it is complete.
 */
record ReleaseFolder(Path released, String name) {
  private static final String ATTESTATION = "attestation.json";

  /**
   * Writes the folder; one that an earlier try left is replaced.
   *
   * @param pinned where the pinned files lie
   * @throws IllegalStateException if what was copied is not what was pinned
   */
  Path write(Path pinned, Manifest manifest, String attestation) {
    Path staging = released.resolve(".incoming-" + name);
    Path target = released.resolve(name);
    try {
      delete(staging);
      Files.createDirectories(staging);
      for (PinnedFile file : manifest.files()) {
        Files.copy(pinned.resolve(file.path()), staging.resolve(file.path()));
      }
      requireSame(staging, manifest);
      Files.writeString(staging.resolve(ATTESTATION), attestation);
      delete(target);
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException("model %s could not be written".formatted(name), e);
    }
  }

  private static void requireSame(Path staging, Manifest manifest) throws IOException {
    if (!(PinnedModel.verify(staging, manifest) instanceof PinnedModel.Check.Intact)) {
      throw new IllegalStateException("the copy of a model differs from what was pinned");
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }
}
