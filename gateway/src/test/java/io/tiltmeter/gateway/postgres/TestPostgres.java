package io.tiltmeter.gateway.postgres;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * One real PostgreSQL for all tests of this process: a container where a Docker engine answers,
 * else the embedded server. Its time zone is far from UTC, so that a time stored without one shows.
 *
 * <p>It ends with the process, also when that is killed: Testcontainers watches its containers, and
 * the kernel ends the embedded server.
 */
public final class TestPostgres {
  private static final String TIME_ZONE = "Asia/Kolkata";
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private TestPostgres() {}

  /** Makes a new, empty database; safe for any thread. */
  public static PostgresAddress freshDatabase() {
    PostgresAddress server = Holder.SERVER;
    String name = "test_" + DATABASES.incrementAndGet();
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      return server.withDatabase(name);
    } catch (SQLException e) {
      throw new IllegalStateException("no new database on " + server, e);
    }
  }

  /** Starts the server when it is first asked for. */
  private static final class Holder {
    static final PostgresAddress SERVER = isDockerThere() ? container() : embedded();
  }

  /** Testcontainers itself looks long and loudly, so it is asked only where there is a trace. */
  private static boolean isDockerThere() {
    for (String name : List.of("org.testcontainers", "tc", "com.github.dockerjava")) {
      ((Logger) LoggerFactory.getLogger(name)).setLevel(Level.OFF);
    }
    boolean trace =
        System.getenv("DOCKER_HOST") != null
            || Files.exists(Path.of("/var/run/docker.sock"))
            || Files.exists(Path.of(System.getProperty("user.home"), ".testcontainers.properties"));
    return trace && DockerClientFactory.instance().isDockerAvailable();
  }

  @SuppressWarnings("resource") // Testcontainers ends it with this process.
  private static PostgresAddress container() {
    PostgreSQLContainer postgres =
        new PostgreSQLContainer(DockerImageName.parse("postgres:18-alpine"))
            .withCommand("postgres", "-c", "fsync=off", "-c", "timezone=" + TIME_ZONE);
    postgres.start();
    return new PostgresAddress(
        postgres.getHost(),
        postgres.getFirstMappedPort(),
        postgres.getDatabaseName(),
        postgres.getUsername(),
        postgres.getPassword());
  }

  private static PostgresAddress embedded() {
    try {
      HomeLock home = temporaryHome();
      EmbeddedPostgres postgres =
          EmbeddedPostgres.start(home, new PostgresSettings(folder(), TIME_ZONE, false), _ -> {});
      Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
      return postgres.connection();
    } catch (IOException e) {
      throw new IllegalStateException("no embedded PostgreSQL for tests", e);
    }
  }

  /** The programs' folder, kept between runs; Maven's tests run in the module's directory. */
  static Path folder() {
    return Path.of(System.getProperty("basedir", "."), "target", "postgres").toAbsolutePath();
  }

  /** A home for this process, removed by the next. */
  static HomeLock temporaryHome() throws IOException {
    Path homes = Files.createDirectories(folder().resolve("homes"));
    removeStale(homes);
    return HomeLock.acquire(Files.createTempDirectory(homes, "home-"));
  }

  /** An ended test process leaves its home behind; one that still lives holds the lock. */
  private static void removeStale(Path homes) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(homes)) {
      for (Path home : all) {
        try (HomeLock _ = HomeLock.acquire(home)) {
          Staging.delete(home);
        } catch (HomeInUseException | IOException _) {
          // It is in use; or its server is still ending, and a later run removes it.
        }
      }
    }
  }
}
