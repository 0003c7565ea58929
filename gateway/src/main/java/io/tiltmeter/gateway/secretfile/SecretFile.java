package io.tiltmeter.gateway.secretfile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** A file with a secret in ASCII, which several processes may want to make at once. */
public final class SecretFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private SecretFile() {}

  /**
   * Makes the file, whole or not at all; one that is there already stays as it is.
   *
   * @throws IOException if it can be neither made nor found
   */
  public static void create(Path file, String text) throws IOException {
    Path draft = Files.createTempFile(file.getParent(), ".key-", "", OWNER_ONLY);
    try {
      Files.writeString(draft, text, StandardCharsets.US_ASCII);
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      // A link fails where a file is, so that of two processes one makes the secret.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException _) {
      // Another process was faster; its secret is the one.
    } finally {
      Files.delete(draft);
    }
  }

  /** Whether nobody but its owner has any right to the file. */
  public static boolean isOwnersOnly(Path file) throws IOException {
    Set<PosixFilePermission> granted = EnumSet.copyOf(OTHERS);
    granted.retainAll(Files.getPosixFilePermissions(file));
    return granted.isEmpty();
  }
}
