package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A PostgreSQL server of this process's own, with its data in the home directory.
 *
 * <p>It listens on loopback only, is started again when it dies, and is ended by {@link #close}.
 * Where the machine has {@code setpriv}, it also ends when this process is killed; what is left
 * running without it is ended by the next start.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  static final String DATABASE = "tiltmeter";

  private final Supervisor supervisor;
  private final PostgresAddress address;

  private EmbeddedPostgres(Supervisor supervisor, PostgresAddress address) {
    this.supervisor = supervisor;
    this.address = address;
  }

  /**
   * Starts the server of a home, made on the first call; blocks until it takes connections.
   *
   * @param lock the home; must be held until after {@link #close}
   * @param listener told what happens later, on the supervising thread; must not block or throw
   * @throws PostgresException if the server cannot be started; nothing is left running
   */
  public static EmbeddedPostgres start(
      HomeLock lock, PostgresSettings settings, Consumer<PostgresEvent> listener) {
    return start(lock, settings, listener, ProcessPrefix.choose());
  }

  static EmbeddedPostgres start(
      HomeLock lock,
      PostgresSettings settings,
      Consumer<PostgresEvent> listener,
      ProcessPrefix prefix) {
    PostgresHome home = new PostgresHome(lock.home());
    Path binaries = settings.binaries() == null ? home.folder() : settings.binaries();
    try {
      Files.createDirectories(home.folder());
      PostgresCommands commands =
          new PostgresCommands(new PostgresBinaries().unpackInto(binaries), prefix, home.log());
      Shutdown shutdown = new Shutdown(home.data(), commands);
      shutdown.endOrphans();
      initialise(home, commands, settings);
      String password = home.password().read();
      Supervisor supervisor =
          new Supervisor(new Server(home, commands, settings), shutdown, listener);
      return new EmbeddedPostgres(supervisor, addressAt(supervisor.start(), password));
    } catch (IOException e) {
      throw new PostgresException(
          "the database in %s could not be prepared: %s; check space and permissions"
              .formatted(home.folder(), e),
          e);
    }
  }

  private static void initialise(
      PostgresHome home, PostgresCommands commands, PostgresSettings settings) throws IOException {
    Path data = home.data().path();
    if (!home.data().exists()) {
      home.password().renew();
      Staging staging = Staging.of(data);
      commands.initialise(staging.folder(), home.password().path(), settings.durable());
      staging.publish();
    }
  }

  private static PostgresAddress addressAt(int port, String password) {
    return new PostgresAddress(HOST, port, DATABASE, PostgresCommands.USER, password);
  }

  /**
   * The server that another process runs in a home, for a command that works beside it.
   *
   * @return empty where none runs or it does not take connections
   * @throws PostgresException if one runs and its password cannot be read
   */
  public static Optional<PostgresAddress> running(Path home) {
    PostgresHome files = new PostgresHome(home.toAbsolutePath());
    return files
        .data()
        .server()
        .flatMap(_ -> files.data().postmaster())
        .filter(Postmaster::isReady)
        .map(it -> addressAt(it.port(), files.password().read()));
  }

  /** Where the server is; stays the same when it is started again. */
  public PostgresAddress connection() {
    return address;
  }

  /**
   * Ends the server by a fast shutdown, which rolls back what is not committed; blocks until it has
   * ended, up to 25 seconds. A second call does nothing.
   */
  @Override
  public void close() {
    supervisor.close();
  }
}
