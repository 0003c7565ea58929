package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.config.Home;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Migrations;
import io.tiltmeter.gateway.db.Notifications;
import io.tiltmeter.gateway.postgres.EmbeddedPostgres;
import io.tiltmeter.gateway.postgres.HomeLock;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.PostgresEvent;
import io.tiltmeter.gateway.postgres.PostgresSettings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What everything else stands on: the home, the database, Vert.x. Closed in reverse order. */
final class Foundation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Foundation.class);
  private static final int CONNECTIONS = 24;
  private static final Duration BLOCKED = Duration.ofMinutes(1);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Vertx vertx;
  private final Database database;
  private final Notifications notifications;

  private Foundation(GatewayConfig config, Home home) {
    try {
      HomeLock lock = keep(HomeLock.acquire(home.create().root()));
      PostgresAddress address =
          config.database() == null
              ? keep(EmbeddedPostgres.start(lock, PostgresSettings.DEFAULT, Foundation::report))
                  .connection()
              : config.database();
      int applied = Migrations.apply(address);
      LOG.info("database at {}, {} migrations applied", address, applied);
      vertx = Vertx.vertx(options());
      opened.push(() -> vertx.close().await(10, TimeUnit.SECONDS));
      database = keep(Database.open(vertx, address, CONNECTIONS));
      notifications = keep(Notifications.listen(vertx, address));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens a home and its database, and brings the database up to date.
   *
   * @throws RuntimeException if a part cannot be had; what was opened before is closed again
   */
  static Foundation open(GatewayConfig config, Home home) {
    return new Foundation(config, home);
  }

  private static VertxOptions options() {
    // Files come from the class path and the home; nothing needs a cache of copies.
    return new VertxOptions()
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false))
        .setBlockedThreadCheckInterval(BLOCKED.toSeconds())
        .setBlockedThreadCheckIntervalUnit(TimeUnit.SECONDS);
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.push(part);
    return part;
  }

  private static void report(PostgresEvent event) {
    switch (event) {
      case PostgresEvent.Died died -> LOG.warn("the embedded database died: {}", died);
      case PostgresEvent.Restarted again -> LOG.info("the embedded database runs again: {}", again);
      case PostgresEvent.RestartFailed failed ->
          LOG.error("the embedded database cannot be started: {}", failed);
    }
  }

  Vertx vertx() {
    return vertx;
  }

  Database database() {
    return database;
  }

  Notifications notifications() {
    return notifications;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} could not be closed: {}", part.getClass().getSimpleName(), e.getMessage());
      }
    }
  }
}
