package io.tiltmeter.gateway.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A private folder for what is being fetched, gone when closed or when the process is told to end.
 * What a killed process left is removed by the next one: a lock says who is alive.
 */
public final class DownloadFolder implements AutoCloseable {
  private static final String LOCK = ".lock";

  private final Path folder;
  private final Path lockFile;
  private final FileChannel lock;
  private final Thread onShutdown = new Thread(this::remove);

  private DownloadFolder(Path folder, Path lockFile, FileChannel lock) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * A new folder.
   *
   * @param parent a folder that only downloads are kept in
   * @throws HubException if none can be made
   */
  public static DownloadFolder create(Path parent) {
    try {
      sweep(parent);
      Path lockFile = Files.createTempFile(parent, "fetch-", LOCK);
      FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.WRITE);
      lock.lock();
      DownloadFolder created = new DownloadFolder(folderOf(lockFile), lockFile, lock);
      Files.createDirectory(created.folder);
      Runtime.getRuntime().addShutdownHook(created.onShutdown);
      return created;
    } catch (IOException e) {
      throw new HubException(
          "%s: no folder can be made here (%s); free space and check its owner"
              .formatted(parent, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Where to put files. */
  public Path path() {
    return folder;
  }

  private static Path folderOf(Path lockFile) {
    String name = lockFile.getFileName().toString();
    return lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
  }

  private static void sweep(Path parent) throws IOException {
    for (Path file : list(parent)) {
      if (file.toString().endsWith(LOCK) && isAbandoned(file)) {
        remove(folderOf(file));
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isAbandoned(Path lockFile) throws IOException {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList();
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private void remove() {
    try (lock) {
      remove(folder);
      Files.deleteIfExists(lockFile);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: cannot be removed".formatted(folder), e);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException _) {
      // The virtual machine is shutting down, and the hook does what is left to do.
      return;
    }
    remove();
  }
}
