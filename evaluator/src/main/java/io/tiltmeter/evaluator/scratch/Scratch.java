package io.tiltmeter.evaluator.scratch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A directory that outlives its process only until the next one of its kind is made.
 *
 * <p>The process holds a lock inside it. A process that is killed cannot tidy up, but its lock ends
 * with it: a directory whose lock is free belongs to nobody.
 */
public final class Scratch implements AutoCloseable {
  private static final String LOCK = "owner.lock";

  /**
   * Those of this process. Their lock files are never opened a second time: to close any descriptor
   * of a file gives up the locks that a process has on it (fcntl(2)).
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel lock;

  private Scratch(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Makes one, readable by this user alone, and removes those of dead processes beside it.
   *
   * @param kind start of its name, and of the names of those that are removed: letters and hyphens
   * @throws IOException if that cannot be done
   */
  public static Scratch create(Path parent, String kind) throws IOException {
    sweep(parent.toRealPath(), kind);
    Path directory = Files.createTempDirectory(parent, kind).toRealPath();
    OWN.add(directory);
    FileChannel lock =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.lock();
    return new Scratch(directory, lock);
  }

  private static void sweep(Path parent, String kind) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, kind + "*")) {
      for (Path directory : left) {
        if (isAbandoned(directory)) {
          delete(directory);
        }
      }
    }
  }

  private static boolean isAbandoned(Path directory) {
    Path lock = directory.resolve(LOCK);
    if (OWN.contains(directory)
        || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null;
    } catch (IOException _) {
      // Of another user, or just removed by another process.
      return false;
    }
  }

  /** Its real path; one file in it is the lock. */
  public Path directory() {
    return directory;
  }

  /** Removes it; a second call does nothing. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException _) {
      // The lock is of no use without the directory.
    }
    delete(directory);
    OWN.remove(directory);
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException _) {
      // A temporary file that cannot be removed is the operating system's to clean up.
    }
  }
}
