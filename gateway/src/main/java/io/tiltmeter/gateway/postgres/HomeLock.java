package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive use of one home directory.
 *
 * <p>The kernel holds the lock on the file {@code lock} for this process and drops it when the
 * process ends, however it ends. The file holds the process id and stays behind.
 */
public final class HomeLock implements AutoCloseable {
  // POSIX drops a process's lock when it closes any descriptor of the file, so a home that this
  // process holds must be refused before the file is opened a second time.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path home;
  private final FileChannel channel;

  private HomeLock(Path home, FileChannel channel) {
    this.home = home;
    this.channel = channel;
  }

  /**
   * Takes a home, made where it does not exist; does not wait.
   *
   * @throws HomeInUseException if it is taken; names the process
   * @throws PostgresException if the directory cannot be written
   */
  public static HomeLock acquire(Path home) {
    try {
      Path real = Files.createDirectories(home).toRealPath();
      if (!HELD.add(real)) {
        throw new HomeInUseException(real, Long.toString(ProcessHandle.current().pid()));
      }
      try {
        return new HomeLock(real, lock(real));
      } catch (IOException | RuntimeException e) {
        HELD.remove(real);
        throw e;
      }
    } catch (IOException e) {
      throw new PostgresException(
          "expected a home directory that can be written at %s, found %s".formatted(home, e), e);
    }
  }

  private static FileChannel lock(Path home) throws IOException {
    FileChannel channel =
        FileChannel.open(
            home.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new HomeInUseException(home, holder(channel));
      }
      channel.truncate(0);
      channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(32);
    channel.read(text, 0);
    String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
    return pid.isEmpty() ? "(not yet named)" : pid;
  }

  /** The home, absolute and without symbolic links. */
  public Path home() {
    return home;
  }

  /** Gives the home back; a second call does nothing. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new PostgresException("the lock of home %s could not be closed".formatted(home), e);
    } finally {
      HELD.remove(home);
    }
  }
}
