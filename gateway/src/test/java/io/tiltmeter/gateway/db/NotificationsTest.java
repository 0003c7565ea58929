package io.tiltmeter.gateway.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.Notifications.Channel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NotificationsTest {
  private final Bench bench = Bench.open();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final Notifications notifications = Notifications.listen(bench.vertx, bench.address);

  @BeforeEach
  void listen() {
    notifications.on(Channel.JOB, heard::add);
    awaitListening();
  }

  @AfterEach
  void close() {
    notifications.close();
    bench.close();
  }

  /** Calls until it is heard, and forgets what was heard until then. */
  private void awaitListening() {
    String mark = NewId.of("mark-");
    Bench.await(
        () -> {
          Notifications.send(bench.database, Channel.JOB, mark);
          return mark.equals(poll(50));
        });
    String last = NewId.of("last-");
    Notifications.send(bench.database, Channel.JOB, last);
    Bench.await(() -> last.equals(poll(1000)));
  }

  private String poll(long millis) {
    try {
      return heard.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void send_inATransaction_arrivesAfterItsCommitOnly() {
    bench.database.transact(
        sql -> {
          Notifications.send(sql, Channel.JOB, "committed");
          Notifications.send(bench.database, Channel.JOB, "at once");
          assertThat(poll(5000)).isEqualTo("at once");
        });
    assertThat(poll(5000)).isEqualTo("committed");
  }

  @Test
  void send_thatIsRolledBack_neverArrives() {
    assertThatThrownBy(
            () ->
                bench.database.transact(
                    sql -> {
                      Notifications.send(sql, Channel.JOB, "never");
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    Notifications.send(bench.database, Channel.JOB, "later");
    assertThat(poll(5000)).isEqualTo("later");
  }

  @Test
  void send_onAnotherChannel_isNotHeard() {
    Notifications.send(bench.database, Channel.WORK, "scan");
    Notifications.send(bench.database, Channel.JOB, "mine");
    assertThat(poll(5000)).isEqualTo("mine");
  }

  @Test
  void listen_whoseConnectionWasEnded_hearsAgain() {
    assertThat(
            bench.count(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    + " where datname = current_database() and pid <> pg_backend_pid()"))
        .isPositive();
    Bench.await(this::databaseAnswers);
    awaitListening();
  }

  /** The pool's other connections were ended too. */
  private boolean databaseAnswers() {
    try {
      return bench.database.run("select 1").rowCount() == 1;
    } catch (DatabaseException e) {
      return false;
    }
  }
}
