package io.tiltmeter.gateway.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CrashTest {
  @TempDir private Path temporary;

  private final BlockingQueue<PostgresEvent> events = new LinkedBlockingQueue<>();

  @BeforeEach
  void fillHome() throws IOException {
    TestHome.fill(temporary);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void start_afterKillOfHoldingProcess_hasCommittedDataAndOneServer(boolean serverOutlives)
      throws Exception {
    Process holder = TestHome.holdElsewhere(temporary, serverOutlives);
    PostgresAddress before = EmbeddedPostgres.running(temporary).orElseThrow();
    ProcessHandle orphan = TestHome.data(temporary).server().orElseThrow();
    TestHome.execute(before, "CREATE TABLE kept AS SELECT 42 AS number");
    try (Connection open = TestHome.connect(before);
        Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("INSERT INTO kept VALUES (43)");

      assertThat(holder.destroyForcibly().waitFor()).isEqualTo(128 + 9);

      try (HomeLock home = HomeLock.acquire(temporary);
          EmbeddedPostgres postgres = EmbeddedPostgres.start(home, TestHome.SETTINGS, _ -> {})) {
        assertThat(TestHome.servers(temporary)).hasSize(1).doesNotContain(orphan);
        assertThat(TestHome.ask(postgres.connection(), "SELECT sum(number) FROM kept"))
            .isEqualTo("42");
      }
    }
    assertThat(TestHome.data(temporary).processes()).isEmpty();
  }

  @Test
  void kill_ofHoldingProcess_endsItsServer() throws Exception {
    Process holder = TestHome.holdElsewhere(temporary, false);
    assertThat(EmbeddedPostgres.running(temporary)).isPresent();

    holder.destroyForcibly();

    TestHome.awaitNoServer(temporary);
    assertThat(EmbeddedPostgres.running(temporary)).isEmpty();
  }

  @Test
  void kill_ofSupervisedServer_bringsItBackOnTheSamePort() throws Exception {
    try (HomeLock home = HomeLock.acquire(temporary);
        EmbeddedPostgres postgres = EmbeddedPostgres.start(home, TestHome.SETTINGS, events::add)) {
      PostgresAddress address = postgres.connection();
      TestHome.execute(address, "CREATE TABLE kept AS SELECT 42 AS number");

      TestHome.data(temporary).server().orElseThrow().destroyForcibly();

      assertThat(nextEvent()).isEqualTo(new PostgresEvent.Died(128 + 9));
      assertThat(nextEvent()).isEqualTo(new PostgresEvent.Restarted(address.port()));
      assertThat(TestHome.ask(address, "SELECT number FROM kept")).isEqualTo("42");
      assertThat(TestHome.servers(temporary)).hasSize(1);
    }
    assertThat(events).isEmpty();
  }

  @Test
  void kill_ofSupervisedServerInTheMiddleOfAQuery_bringsItBack() throws Exception {
    try (HomeLock home = HomeLock.acquire(temporary);
        EmbeddedPostgres postgres = EmbeddedPostgres.start(home, TestHome.SETTINGS, events::add);
        Connection busy = TestHome.connect(postgres.connection());
        Statement statement = busy.createStatement()) {
      CompletableFuture<Void> query = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> runUntilItFails(statement, query));
      awaitBusy(postgres.connection());

      TestHome.data(temporary).server().orElseThrow().destroyForcibly();

      assertThat(nextEvent()).isInstanceOf(PostgresEvent.Died.class);
      assertThat(nextEvent()).isInstanceOf(PostgresEvent.Restarted.class);
      assertThatThrownBy(() -> query.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(SQLException.class);
      assertThat(TestHome.servers(temporary)).hasSize(1);
    }
  }

  private static void runUntilItFails(Statement statement, CompletableFuture<Void> end) {
    try {
      statement.execute("SELECT count(*) FROM generate_series(1, 1e12::bigint)");
      end.complete(null);
    } catch (SQLException e) {
      end.completeExceptionally(e);
    }
  }

  private static void awaitBusy(PostgresAddress address) throws SQLException {
    String busy =
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
            + " AND query LIKE '%generate_series%' AND pid <> pg_backend_pid()";
    while (!TestHome.ask(address, busy).equals("1")) {
      Thread.onSpinWait();
    }
  }

  private PostgresEvent nextEvent() throws InterruptedException {
    PostgresEvent event = events.poll(60, TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return event;
  }
}
