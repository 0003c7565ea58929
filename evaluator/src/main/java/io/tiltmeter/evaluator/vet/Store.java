package io.tiltmeter.evaluator.vet;

import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** A folder of immutable folders, each named by the digest of what it holds. */
final class Store {
  private static final String STAGING = ".staging-";

  private final Path root;

  Store(Path root) {
    this.root = root;
  }

  /** A private folder beside the published ones, gone when closed unless it was published. */
  Staging stage() throws IOException {
    Files.createDirectories(root);
    return new Staging(Files.createTempDirectory(root, STAGING));
  }

  void sweep() throws IOException {
    if (Files.isDirectory(root)) {
      for (Path child : list(root)) {
        if (child.getFileName().toString().startsWith(STAGING)) {
          remove(child);
        }
      }
    }
  }

  /** Takes the name away first: what lies under a digest is whole at any time. */
  void unpin(Digest artifact) throws IOException {
    Path target = root.resolve(artifact.hex());
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Path gone = Files.createTempDirectory(root, STAGING);
      Files.move(target, gone, StandardCopyOption.ATOMIC_MOVE);
      force(root);
      remove(gone);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList();
    }
  }

  private static void remove(Path folder) throws IOException {
    mode(folder, "rwx------");
    for (Path file : list(folder)) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  private static void mode(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  /** Makes names durable; the bytes were forced when they were written. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A folder in the making. */
  final class Staging implements AutoCloseable {
    private final Path folder;

    private Staging(Path folder) {
      this.folder = folder;
    }

    Path folder() {
      return folder;
    }

    /**
     * Gives the folder its name, or finds the same content under it.
     *
     * @throws VettingException if something else lies there
     */
    Path publish(Manifest manifest) throws IOException {
      Path target = root.resolve(manifest.digest().hex());
      for (PinnedFile file : manifest.files()) {
        mode(folder.resolve(file.path()), "r--r--r--");
      }
      mode(folder, "r-xr-xr-x");
      force(folder);
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS) && moved(target)) {
        force(root);
      } else {
        requireSame(target, manifest);
      }
      return target;
    }

    private boolean moved(Path target) throws IOException {
      try {
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
      } catch (FileSystemException e) {
        // Another vetting of the same bytes may have been faster.
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          return false;
        }
        throw e;
      }
    }

    private static void requireSame(Path target, Manifest manifest) throws IOException {
      if (PinnedModel.verify(target, manifest) instanceof PinnedModel.Check.Differs) {
        throw new VettingException(
            "%s: differs from the digest that it is named by; the store was changed, remove it"
                .formatted(target));
      }
    }

    @Override
    public void close() throws IOException {
      if (Files.exists(folder)) {
        remove(folder);
      }
    }
  }
}
