package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The file that holds the database password, readable by its owner only. */
record PasswordFile(Path path) {
  private static final int BYTES = 24;

  /** Writes a new random password, in one step, over any earlier one. */
  void renew() throws IOException {
    Files.createDirectories(path.getParent(), permissions("rwx------"));
    Path staging = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(staging);
    Files.createFile(staging, permissions("rw-------"));
    Files.writeString(staging, random());
    Files.move(staging, path, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String random() {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  /**
   * Reads the password.
   *
   * @throws PostgresException if the file is missing or cannot be read
   */
  String read() {
    try {
      return Files.readString(path).strip();
    } catch (IOException e) {
      throw new PostgresException(
          "expected the database password in %s, found %s; restore that file from the backup"
              .formatted(path, Files.exists(path) ? "no way to read it" : "nothing"),
          e);
    }
  }
}
