package io.tiltmeter.gateway.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private static final String CANARY = "canary-in-a-row";
  private static final PostgresAddress ADDRESS = TestPostgres.freshDatabase();
  private static final Vertx VERTX = Vertx.vertx();
  private static final Database DATABASE = Database.open(VERTX, ADDRESS, 2);

  @BeforeAll
  static void table() {
    DATABASE.run(
        "create table thing (name text primary key, at timestamptz, check (name <> 'no'))");
  }

  @AfterAll
  static void close() throws TimeoutException {
    DATABASE.close();
    VERTX.close().await(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void empty() {
    DATABASE.run("delete from thing");
  }

  private static void add(Sql sql, String name) {
    sql.run("insert into thing (name) values ($1)", name);
  }

  private static List<String> names() {
    return DATABASE.list(row -> row.getString(0), "select name from thing order by name");
  }

  @Test
  void inTransaction_thatEnds_isCommittedAndGivesItsResult() {
    assertThat(
            DATABASE.<Integer>inTransaction(
                sql -> {
                  add(sql, "a");
                  add(sql, "b");
                  return 7;
                }))
        .isEqualTo(7);
    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void inTransaction_thatThrows_leavesNothingAndRunsNoAction() {
    List<String> done = new ArrayList<>();
    assertThatThrownBy(
            () ->
                DATABASE.transact(
                    sql -> {
                      add(sql, "a");
                      sql.afterCommit(() -> done.add("after"));
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");
    assertThat(names()).isEmpty();
    assertThat(done).isEmpty();
  }

  @Test
  void inTransaction_thatEndsWithAnError_leavesNothing() {
    assertThatThrownBy(
            () ->
                DATABASE.transact(
                    sql -> {
                      add(sql, "a");
                      throw new AssertionError("no");
                    }))
        .isInstanceOf(AssertionError.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void inTransaction_thatGoesOnAfterARefusedStatement_commitsNothingAndSaysSo() {
    List<String> done = new ArrayList<>();
    assertThatThrownBy(
            () ->
                DATABASE.transact(
                    sql -> {
                      add(sql, "a");
                      sql.afterCommit(() -> done.add("after"));
                      assertThat(catchThrowable(() -> add(sql, "a"))).isNotNull();
                    }))
        .isInstanceOf(DatabaseException.class);
    assertThat(names()).isEmpty();
    assertThat(done).isEmpty();
  }

  @Test
  void afterCommit_inATransaction_seesWhatWasWritten() {
    List<String> seen = new ArrayList<>();
    DATABASE.transact(
        sql -> {
          sql.afterCommit(() -> seen.addAll(names()));
          add(sql, "a");
          assertThat(seen).isEmpty();
        });
    assertThat(seen).containsExactly("a");
  }

  @Test
  void afterCommit_withoutTransaction_isDoneAtOnce() {
    List<String> done = new ArrayList<>();
    DATABASE.afterCommit(() -> done.add("now"));
    assertThat(done).containsExactly("now");
  }

  @Test
  void run_withATakenKey_isADuplicate() {
    add(DATABASE, "a");
    assertThatThrownBy(() -> add(DATABASE, "a"))
        .isInstanceOfSatisfying(DatabaseException.class, e -> assertThat(e.isDuplicate()).isTrue())
        .hasMessage("the database refused a statement: SQL state 23505, thing_pkey");
    assertThatThrownBy(() -> add(DATABASE, "no"))
        .isInstanceOfSatisfying(DatabaseException.class, e -> assertThat(e.isDuplicate()).isFalse())
        .hasMessage("the database refused a statement: SQL state 23514, thing_name_check");
  }

  @Test
  void run_thatIsRefused_quotesNoRow() {
    add(DATABASE, CANARY);
    Throwable failure = catchThrowable(() -> add(DATABASE, CANARY));
    StringWriter everything = new StringWriter();
    failure.printStackTrace(new PrintWriter(everything));
    assertThat(everything.toString()).contains("23505").doesNotContain(CANARY);
  }

  @Test
  void run_withAnInstant_keepsItWhateverTheTimeZone() {
    Instant at = Instant.parse("2026-03-01T23:30:00.123456Z");
    DATABASE.run("insert into thing (name, at) values ('t', $1)", at);
    assertThat(
            DATABASE.find(
                row -> row.getOffsetDateTime("at").toInstant(),
                "select at from thing where at = $1",
                at))
        .contains(at);
  }

  @Test
  void run_withoutServer_saysThatItCannotBeReached() throws Exception {
    int free;
    try (ServerSocket probe = new ServerSocket(0)) {
      free = probe.getLocalPort();
    }
    PostgresAddress nobody = new PostgresAddress("127.0.0.1", free, "d", "u", "p");
    try (Database closed = Database.open(VERTX, nobody, 1)) {
      assertThatThrownBy(() -> closed.run("select 1"))
          .isInstanceOf(DatabaseException.class)
          .hasMessage("the database cannot be reached");
    }
  }

  @Test
  void inTransaction_interruptedWhileItWaitsForAConnection_leavesTheConnectionToOthers()
      throws InterruptedException {
    try (Database narrow = Database.open(VERTX, ADDRESS, 1)) {
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch free = new CountDownLatch(1);
      Thread holder = Thread.ofVirtual().start(() -> narrow.transact(_ -> wait(held, free)));
      held.await();
      Thread waiting =
          Thread.ofPlatform()
              .start(() -> assertThat(catchThrowable(() -> narrow.transact(_ -> {}))).isNotNull());
      Bench.await(() -> waiting.getState() == Thread.State.WAITING);
      waiting.interrupt();
      waiting.join();
      free.countDown();
      holder.join();
      assertThat(narrow.<Integer>inTransaction(sql -> sql.run("select 1").rowCount())).isOne();
    }
  }

  private static void wait(CountDownLatch held, CountDownLatch free) {
    held.countDown();
    try {
      free.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
