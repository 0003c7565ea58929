package io.tiltmeter.gateway.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The folder in which an installation keeps what is not in a database elsewhere.
 *
 * @param root absolute; only this product writes below it
 */
public record Home(Path root) {

  public Home {
    root = root.toAbsolutePath().normalize();
  }

  /** Uploads, by digest. */
  public Path blobs() {
    return root.resolve("blobs");
  }

  /** Pinned base models and results, each a folder named by the digest of its manifest. */
  public Path models() {
    return root.resolve("models");
  }

  /** What is being fetched from a hub. */
  public Path downloads() {
    return root.resolve("downloads");
  }

  /** What trainers are uploading. */
  public Path uploads() {
    return root.resolve("uploads");
  }

  /** Released models, each a folder with its attestation. */
  public Path released() {
    return root.resolve("released");
  }

  /** How far scans of the command line are, each in a folder of its own. */
  public Path scans() {
    return root.resolve("scans");
  }

  /** Signing keys and passwords. */
  public Path keys() {
    return root.resolve("keys");
  }

  /** Makes the folders that are missing; the home itself is for its owner only. */
  public Home create() {
    try {
      if (!Files.exists(root)) {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
      }
      for (Path folder : List.of(blobs(), models(), downloads(), uploads(), released(), keys())) {
        Files.createDirectories(folder);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "expected a folder at %s that this user can write to; check its owner and the disk"
              .formatted(root),
          e);
    }
  }
}
