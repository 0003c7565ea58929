package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.config.Home;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Migrations;
import io.tiltmeter.gateway.postgres.EmbeddedPostgres;
import io.tiltmeter.gateway.postgres.HomeLock;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.PostgresSettings;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The installation's database for one command: the one that the configuration names, the one that a
 * running gateway has in the home, or one that is started for as long as the command runs.
 */
final class CommandDatabase implements AutoCloseable {
  private static final int CONNECTIONS = 2;
  private static final long PATIENCE_SECONDS = 10;

  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final Database database;

  private CommandDatabase(HomeOptions options) {
    try {
      PostgresAddress address = address(options);
      Vertx vertx = Vertx.vertx();
      closing.push(() -> close(vertx));
      database = Database.open(vertx, address, CONNECTIONS);
      closing.push(database::close);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Opens the database, at the schema of this build; the caller closes it. */
  static CommandDatabase open(HomeOptions options) {
    return new CommandDatabase(options);
  }

  Database database() {
    return database;
  }

  private PostgresAddress address(HomeOptions options) {
    Optional<PostgresAddress> external = options.externalDatabase();
    if (external.isPresent()) {
      Migrations.apply(external.get());
      return external.get();
    }
    Home home = options.home();
    return EmbeddedPostgres.running(home.root()).orElseGet(() -> start(home));
  }

  private PostgresAddress start(Home home) {
    HomeLock lock = HomeLock.acquire(home.create().root());
    closing.push(lock::close);
    EmbeddedPostgres postgres = EmbeddedPostgres.start(lock, PostgresSettings.DEFAULT, _ -> {});
    closing.push(postgres::close);
    Migrations.apply(postgres.connection());
    return postgres.connection();
  }

  private static void close(Vertx vertx) {
    try {
      vertx.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CommandException("the connections to the database do not close", e);
    }
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
