package io.tiltmeter.gateway.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedPostgresTest {
  @TempDir private Path temporary;

  private EmbeddedPostgres start(HomeLock home) {
    return EmbeddedPostgres.start(home, TestHome.SETTINGS, _ -> {});
  }

  @Test
  void start_inPathWithSpaces_isAsDescribed() throws SQLException {
    try (HomeLock home = HomeLock.acquire(temporary.resolve("a home 'with' spaces"));
        EmbeddedPostgres postgres = start(home)) {
      PostgresAddress address = postgres.connection();

      assertThat(address.database()).isEqualTo("tiltmeter");
      assertThat(address.user()).isEqualTo("tiltmeter");
      assertThat(TestHome.ask(address, "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(
              TestHome.ask(
                  address, "SELECT datcollate FROM pg_database WHERE datname = current_database()"))
          .isEqualTo("C");
      assertThat(TestHome.ask(address, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(TestHome.ask(address, "SHOW unix_socket_directories")).isEmpty();
      assertThat(TestHome.ask(address, "SHOW data_checksums")).isEqualTo("on");
    }
  }

  @Test
  void start_again_keepsDataPortAndPassword() throws IOException, SQLException {
    TestHome.fill(temporary);
    PostgresAddress first;
    try (HomeLock home = HomeLock.acquire(temporary);
        EmbeddedPostgres postgres = start(home)) {
      first = postgres.connection();
      TestHome.execute(first, "CREATE TABLE kept AS SELECT 42 AS number");
    }
    assertThat(TestHome.data(temporary).processes()).isEmpty();

    try (HomeLock home = HomeLock.acquire(temporary);
        EmbeddedPostgres postgres = start(home)) {
      assertThat(postgres.connection()).isEqualTo(first);
      assertThat(TestHome.ask(first, "SELECT number FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void start_always_keepsPasswordFromOthers() throws IOException, SQLException {
    TestHome.fill(temporary);
    try (HomeLock home = HomeLock.acquire(temporary);
        EmbeddedPostgres postgres = start(home)) {
      Path file = temporary.resolve("keys/database.password");
      PostgresAddress address = postgres.connection();

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(Files.readString(file)).isEqualTo(address.password()).hasSize(32);
      assertThat(address.toString())
          .isEqualTo("postgresql://tiltmeter:****@127.0.0.1:" + address.port() + "/tiltmeter");
      assertThat(TestHome.ask(address, "SELECT rolpassword FROM pg_authid WHERE rolcanlogin"))
          .startsWith("SCRAM-SHA-256$");
      assertThatThrownBy(() -> TestHome.ask(withPassword(address, "wrong"), "SELECT 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
  }

  private static PostgresAddress withPassword(PostgresAddress address, String password) {
    return new PostgresAddress(
        address.host(), address.port(), address.database(), address.user(), password);
  }

  @Test
  void start_whereStatementsFail_keepsTheirTextOutOfTheLog() throws IOException {
    TestHome.fill(temporary);
    try (HomeLock home = HomeLock.acquire(temporary);
        EmbeddedPostgres postgres = start(home)) {
      assertThatThrownBy(
              () -> TestHome.execute(postgres.connection(), "SELECT 'customer text'::int"))
          .isInstanceOf(SQLException.class);

      assertThat(Files.readString(temporary.resolve("postgres/postgres.log")))
          .contains("ready to accept connections")
          .doesNotContain("customer text");
    }
  }

  @Test
  void start_withNoteOfAnotherProcess_startsAndLeavesThatAlone() throws Exception {
    TestHome.fill(temporary);
    Process stranger = new ProcessBuilder("sleep", "120").start();
    try (HomeLock home = HomeLock.acquire(temporary)) {
      Files.writeString(
          temporary.resolve("postgres/data/postmaster.pid"),
          stranger.pid() + "\n/elsewhere\n1\n5432\n\n127.0.0.1\n\nready   \n");
      try (EmbeddedPostgres postgres = start(home)) {
        assertThat(TestHome.ask(postgres.connection(), "SELECT 1")).isEqualTo("1");
        assertThat(stranger.isAlive()).isTrue();
      }
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void start_withDamagedData_failsWithLastLinesOfLog() throws IOException {
    TestHome.fill(temporary);
    try (HomeLock home = HomeLock.acquire(temporary)) {
      Files.write(temporary.resolve("postgres/data/global/pg_control"), new byte[8192]);

      assertThatThrownBy(() -> start(home))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("was expected to take connections, but it ended with code 1")
          .hasMessageContaining("postgres.log ends: ")
          .hasMessageContaining("FATAL:  database files are incompatible with server")
          .hasMessageNotContaining("\n");
      assertThat(TestHome.data(temporary).processes()).isEmpty();
    }
  }

  @Test
  void start_withoutPasswordFile_saysWhatToDo() throws IOException {
    TestHome.fill(temporary);
    try (HomeLock home = HomeLock.acquire(temporary)) {
      Files.delete(temporary.resolve("keys/database.password"));

      assertThatThrownBy(() -> start(home))
          .hasMessage(
              "expected the database password in %s, found nothing; restore that file from the"
                      .formatted(temporary.toRealPath().resolve("keys/database.password"))
                  + " backup");
    }
  }

  @Test
  void start_afterInterruptedFirstStart_beginsAnew() throws IOException, SQLException {
    Path half = temporary.resolve("postgres/data.staging-123/base");
    Files.createDirectories(half);
    try (HomeLock home = HomeLock.acquire(temporary);
        EmbeddedPostgres postgres = start(home)) {
      assertThat(TestHome.ask(postgres.connection(), "SELECT 1")).isEqualTo("1");
      assertThat(half.getParent()).doesNotExist();
    }
  }

  @Test
  void running_besideAServer_isItsAddress() throws IOException {
    TestHome.fill(temporary);
    assertThat(EmbeddedPostgres.running(temporary)).isEmpty();
    try (HomeLock home = HomeLock.acquire(temporary);
        EmbeddedPostgres postgres = start(home)) {
      assertThat(EmbeddedPostgres.running(temporary)).contains(postgres.connection());
    }
    assertThat(EmbeddedPostgres.running(temporary)).isEmpty();
  }
}
