package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.key.KeyStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The reference trainer's API key; kept in the home, for its owner only. */
final class TrainerKey {
  private static final String FILE = "trainer.key";
  private static final String HOLDER = "reference";

  private TrainerKey() {}

  /** The key of an earlier start, if it still has its rights, else a new one. */
  static String of(Database database, KeyStore keys, Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (Files.exists(file)) {
        String kept = Files.readString(file).strip();
        if (keys.find(database, kept).isPresent()) {
          return kept;
        }
        Files.delete(file);
      }
      String secret = database.inTransaction(sql -> keys.createForTrainer(sql, HOLDER)).secret();
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, secret, StandardOpenOption.TRUNCATE_EXISTING);
      return secret;
    } catch (IOException e) {
      throw new UncheckedIOException("the trainer's key at %s cannot be kept".formatted(file), e);
    }
  }
}
