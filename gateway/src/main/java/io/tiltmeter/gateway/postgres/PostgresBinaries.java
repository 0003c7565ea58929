package io.tiltmeter.gateway.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, which come as an archive on the class path and are unpacked once.
 *
 * <p>The folder is named by the archive's SHA-256, so another version never meets old files.
 */
final class PostgresBinaries {
  private static final int OWNER_EXECUTES = 0100;

  private final String resource;

  PostgresBinaries() {
    this("/postgres-linux-%s.txz".formatted(architecture()));
  }

  PostgresBinaries(String resource) {
    this.resource = resource;
  }

  private static String architecture() {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "amd64" -> "x86_64";
      case "aarch64" -> "arm_64";
      default -> name;
    };
  }

  /**
   * Unpacks the programs below a folder unless they are there; blocks about two seconds then.
   *
   * @return the folder that holds {@code bin}
   * @throws PostgresException if there is no archive for this machine, or it cannot be unpacked
   */
  Path unpackInto(Path parent) {
    // File locks are held by the process, so threads of this one wait here.
    synchronized (PostgresBinaries.class) {
      try {
        Path folder =
            parent.toAbsolutePath().normalize().resolve("bin-" + digest().substring(0, 16));
        if (!Files.isDirectory(folder)) {
          unpackAlone(folder);
        }
        return folder;
      } catch (IOException e) {
        throw new PostgresException(
            "PostgreSQL's programs could not be unpacked into %s: %s; check space and permissions"
                .formatted(parent, e),
            e);
      }
    }
  }

  private void unpackAlone(Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    try (FileChannel channel =
            FileChannel.open(
                folder.resolveSibling("unpacking.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (!Files.isDirectory(folder)) {
        Staging staging = Staging.of(folder);
        unpack(staging.folder());
        staging.publish();
      }
    }
  }

  private void unpack(Path folder) throws IOException {
    try (TarArchiveInputStream archive =
        new TarArchiveInputStream(
            new XZCompressorInputStream(new BufferedInputStream(open(), 1 << 16)))) {
      TarArchiveEntry entry = archive.getNextEntry();
      while (entry != null) {
        write(archive, entry, inside(folder, entry.getName()));
        entry = archive.getNextEntry();
      }
    }
  }

  private static Path inside(Path folder, String name) throws IOException {
    Path path = folder.resolve(name).normalize();
    if (!path.startsWith(folder)) {
      throw new IOException("the archive names a file outside of it: " + name);
    }
    return path;
  }

  private static void write(TarArchiveInputStream archive, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(archive, path);
    boolean isProgram = (entry.getMode() & OWNER_EXECUTES) != 0;
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
    force(path);
  }

  /** Without this a power cut could leave a whole folder of empty files. */
  private static void force(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      file.force(true);
    }
  }

  private String digest() throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(open(), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private InputStream open() {
    InputStream in = PostgresBinaries.class.getResourceAsStream(resource);
    if (in == null) {
      throw new PostgresException(
          "expected PostgreSQL's programs for this machine at %s on the class path, found nothing;"
                  .formatted(resource)
              + " run on Linux x86-64, or set the address of a database");
    }
    return in;
  }
}
