package io.tiltmeter.gateway.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What the tests of the embedded database do to homes and databases. */
final class TestHome {
  static final PostgresSettings SETTINGS =
      new PostgresSettings(TestPostgres.folder(), "UTC", false);

  private TestHome() {}

  /** Fills a folder with a home that has served before; quicker than a first start. */
  static void fill(Path home) throws IOException {
    Path template = Template.HOME;
    try (Stream<Path> files = Files.walk(template)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(
            file,
            home.resolve(template.relativize(file).toString()),
            StandardCopyOption.COPY_ATTRIBUTES,
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** One home for the process, made when it is first asked for. */
  private static final class Template {
    static final Path HOME = create();

    private static Path create() {
      try {
        HomeLock home = TestPostgres.temporaryHome();
        EmbeddedPostgres.start(home, SETTINGS, _ -> {}).close();
        return home.home();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Another JVM that holds a home; its server takes connections when this returns. */
  static Process holdElsewhere(Path home, boolean serverOutlives) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HoldingMain.class.getName(),
                home.toString(),
                Boolean.toString(serverOutlives))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = process.inputReader();
    Objects.requireNonNull(out.readLine(), "the holding process ended");
    return process;
  }

  static DataDirectory data(Path home) {
    return new PostgresHome(home).data();
  }

  /** The servers on a home, without their workers. */
  static List<ProcessHandle> servers(Path home) {
    List<ProcessHandle> all = data(home).processes();
    return all.stream().filter(it -> it.parent().filter(all::contains).isEmpty()).toList();
  }

  /** Waits without an end; the test's time limit is the bound. */
  static void awaitNoServer(Path home) {
    while (!data(home).processes().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  static Connection connect(PostgresAddress address) throws SQLException {
    return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
  }

  static void execute(PostgresAddress address, String sql) throws SQLException {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static String ask(PostgresAddress address, String sql) throws SQLException {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
