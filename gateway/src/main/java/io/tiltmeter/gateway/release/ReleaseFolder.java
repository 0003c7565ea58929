package io.tiltmeter.gateway.release;

import io.tiltmeter.evaluator.vet.PinnedModel;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a released model: copies of its pinned files and the attestation.
 *
 * <p>It comes to be under a name that only this lease has, and gets its public name with one rename
 * that replaces nothing. Closing it removes whatever has no public name.
 *
 * @param released where the folders of all models are
 * @param name the model's public name
 * @param token of the lease under which it is written
 */
record ReleaseFolder(Path released, String name, String jobId, long token)
    implements AutoCloseable {
  private static final String ATTESTATION = "attestation.json";
  private static final String ASIDE = "-aside";

  /**
   * Writes the folder, for nobody to see yet.
   *
   * @param pinned where the pinned files lie
   * @throws ReleaseException if what was copied is not what was pinned
   */
  void stage(Path pinned, Manifest manifest, String attestation) {
    Path staging = staging();
    try {
      Files.createDirectories(staging);
      for (PinnedFile file : manifest.files()) {
        Files.copy(pinned.resolve(file.path()), staging.resolve(file.path()));
      }
      requireSame(staging, manifest);
      Files.writeString(staging.resolve(ATTESTATION), attestation);
      for (PinnedFile file : manifest.files()) {
        force(staging.resolve(file.path()));
      }
      force(staging.resolve(ATTESTATION));
      force(staging);
    } catch (IOException e) {
      throw new UncheckedIOException("model %s could not be written".formatted(name), e);
    }
  }

  private void requireSame(Path staging, Manifest manifest) throws IOException {
    if (PinnedModel.verify(staging, manifest)
        instanceof PinnedModel.Check.Differs(var mismatches)) {
      throw new ReleaseException(
          "the copy of %s differs from what was pinned in %d files, first \"%s\""
              .formatted(name, mismatches.size(), mismatches.getFirst().path()));
    }
  }

  /**
   * Gives the folder its public name; due while no one else can release the job, and no model is
   * registered under the name.
   */
  void publish() {
    retract();
    try {
      Files.move(staging(), target(), StandardCopyOption.ATOMIC_MOVE);
      force(released);
    } catch (IOException e) {
      throw new UncheckedIOException("model %s could not be given its name".formatted(name), e);
    }
  }

  /**
   * Takes away what an earlier try left under the public name without registering it; due as {@link
   * #publish()} is.
   */
  void retract() {
    Path target = target();
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path aside = own(ASIDE);
    try {
      // Half a folder must not be seen under the name, not even while it is removed.
      Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
      delete(aside);
    } catch (IOException e) {
      throw new UncheckedIOException("what is left of %s cannot be removed".formatted(name), e);
    }
  }

  private Path target() {
    return released.resolve(name);
  }

  private Path staging() {
    return own("");
  }

  private Path own(String ending) {
    return released.resolve("%s%d%s".formatted(prefix(), token, ending));
  }

  private String prefix() {
    return ".incoming-%s-".formatted(jobId);
  }

  /** A name is on disk only once its folder is (fsync(2)). */
  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Removes what this try and earlier ones of the same job left under names of their own; a later
   * one may be at work.
   */
  @Override
  public void close() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(released, this::isLeftOver)) {
      for (Path folder : left) {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("what is left of %s cannot be removed".formatted(name), e);
    }
  }

  private boolean isLeftOver(Path folder) {
    String found = folder.getFileName().toString();
    return found.startsWith(prefix()) && tokenOf(found) <= token;
  }

  private long tokenOf(String found) {
    return Long.parseLong(found.substring(prefix().length()).replace(ASIDE, ""));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    }
  }
}
