package io.tiltmeter.gateway.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.bench.Bench;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkStoreTest {
  private static final Bench BENCH = Bench.open();
  private static final WorkStore STORE = BENCH.work;

  @AfterAll
  static void close() {
    BENCH.close();
  }

  @BeforeEach
  void empty() {
    BENCH.database.run("delete from work_item");
  }

  private static void request(String subject) {
    STORE.request(BENCH.database, WorkKind.SCAN, subject);
  }

  private static Optional<WorkItem> lease() {
    return STORE.lease(BENCH.database, Set.of(WorkKind.SCAN), "test", Bench.LEASE);
  }

  private static void expire() {
    BENCH.clock.advance(Bench.LEASE);
  }

  @Test
  void request_twice_givesOneItem() {
    request("a");
    request("a");
    assertThat(lease().map(WorkItem::subject)).contains("a");
    assertThat(lease()).isEmpty();
  }

  @Test
  void request_ofWorkThatIsDone_changesNothing() {
    request("a");
    WorkItem item = lease().orElseThrow();
    BENCH.database.transact(sql -> STORE.finish(sql, item));
    request("a");
    assertThat(lease()).isEmpty();
  }

  @Test
  void lease_ofNewWork_isItsFirstAttempt() {
    request("a");
    WorkItem item = lease().orElseThrow();
    assertThat(item.kind()).isEqualTo(WorkKind.SCAN);
    assertThat(item.attempt()).isOne();
    assertThat(item.isTakenOver()).isFalse();
  }

  @Test
  void lease_ofOtherKinds_givesNothing() {
    request("a");
    assertThat(STORE.lease(BENCH.database, Set.of(WorkKind.VET), "test", Bench.LEASE)).isEmpty();
  }

  @Test
  void lease_byManyAtOnce_givesEachItemToOne() {
    IntStream.range(0, 3).forEach(i -> request("s" + i));
    List<CompletableFuture<Optional<WorkItem>>> leasers =
        IntStream.range(0, 8)
            .mapToObj(_ -> CompletableFuture.supplyAsync(WorkStoreTest::lease))
            .toList();
    assertThat(leasers.stream().flatMap(it -> it.join().stream()).map(WorkItem::subject))
        .containsExactlyInAnyOrder("s0", "s1", "s2");
  }

  @Test
  void lease_whileAnotherTransactionHoldsTheItem_doesNotWait() {
    request("a");
    BENCH.database.transact(
        sql -> {
          assertThat(STORE.lease(sql, Set.of(WorkKind.SCAN), "one", Bench.LEASE)).isPresent();
          assertThat(lease()).isEmpty();
        });
  }

  @Test
  void lease_ofSeveral_takesTheLongestDueFirst() {
    STORE.request(BENCH.database, WorkKind.SCAN, "second", BENCH.clock.instant().minusSeconds(1));
    STORE.request(BENCH.database, WorkKind.SCAN, "first", BENCH.clock.instant().minusSeconds(2));
    request("third");
    request("fourth");
    assertThat(
            List.of(
                lease().orElseThrow().subject(),
                lease().orElseThrow().subject(),
                lease().orElseThrow().subject(),
                lease().orElseThrow().subject()))
        .containsExactly("first", "second", "third", "fourth");
  }

  @Test
  void lease_ofWorkDueLater_waitsUntilThen() {
    STORE.request(
        BENCH.database, WorkKind.SCAN, "a", BENCH.clock.instant().plus(Duration.ofDays(3)));
    BENCH.clock.advance(Duration.ofDays(3).minusMillis(1));
    assertThat(lease()).isEmpty();
    BENCH.clock.advance(Duration.ofMillis(1));
    assertThat(lease()).isPresent();
  }

  @Test
  void lease_thatRanOut_goesToAnotherWithAHigherToken() {
    request("a");
    WorkItem first = lease().orElseThrow();
    BENCH.clock.advance(Bench.LEASE.minusMillis(1));
    assertThat(lease()).isEmpty();
    BENCH.clock.advance(Duration.ofMillis(1));
    WorkItem second = lease().orElseThrow();
    assertThat(second.token()).isGreaterThan(first.token());
    assertThat(second.isTakenOver()).isTrue();
    assertThat(second.attempt()).isOne();
  }

  @Test
  void heartbeat_ofAHeldLease_keepsIt() {
    request("a");
    WorkItem item = lease().orElseThrow();
    BENCH.clock.advance(Bench.LEASE.minusMillis(1));
    assertThat(STORE.heartbeat(BENCH.database, item, Bench.LEASE)).isTrue();
    BENCH.clock.advance(Bench.LEASE.minusMillis(1));
    assertThat(lease()).isEmpty();
  }

  @Test
  void heartbeat_withAnOldToken_isRefusedAndChangesNothing() {
    request("a");
    WorkItem old = lease().orElseThrow();
    expire();
    assertThat(lease()).isPresent();
    BENCH.clock.advance(Bench.LEASE.minusMillis(1));
    assertThat(STORE.heartbeat(BENCH.database, old, Bench.LEASE)).isFalse();
    BENCH.clock.advance(Duration.ofMillis(1));
    assertThat(lease()).isPresent();
  }

  @Test
  void finish_withAnOldToken_throwsAndWritesNothing() {
    request("a");
    WorkItem old = lease().orElseThrow();
    expire();
    WorkItem held = lease().orElseThrow();
    assertThatThrownBy(
            () ->
                BENCH.database.transact(
                    sql -> {
                      STORE.request(sql, WorkKind.VET, "its result");
                      STORE.finish(sql, old);
                    }))
        .isInstanceOf(LeaseLostException.class)
        .hasMessage("scan of a was given to another worker");
    assertThat(BENCH.isOpen(WorkKind.VET, "its result")).isFalse();
    assertThat(BENCH.isOpen(WorkKind.SCAN, "a")).isTrue();
    BENCH.database.transact(sql -> STORE.finish(sql, held));
    assertThat(BENCH.isOpen(WorkKind.SCAN, "a")).isFalse();
  }

  @Test
  void finish_twice_isRefused() {
    request("a");
    WorkItem item = lease().orElseThrow();
    BENCH.database.transact(sql -> STORE.finish(sql, item));
    assertThatThrownBy(() -> BENCH.database.transact(sql -> STORE.finish(sql, item)))
        .isInstanceOf(LeaseLostException.class);
    assertThat(STORE.heartbeat(BENCH.database, item, Bench.LEASE)).isFalse();
  }

  @Test
  void guard_inATransaction_keepsOthersOutUntilItEnds() {
    request("a");
    WorkItem item = lease().orElseThrow();
    expire();
    BENCH.database.transact(
        sql -> {
          STORE.guard(sql, item);
          assertThat(lease()).isEmpty();
        });
    assertThat(lease()).isPresent();
  }

  @Test
  void retry_countsAnAttemptAndComesBackLater() {
    request("a");
    STORE.retry(BENCH.database, lease().orElseThrow(), Duration.ofSeconds(4), "why");
    BENCH.clock.advance(Duration.ofSeconds(4).minusMillis(1));
    assertThat(lease()).isEmpty();
    BENCH.clock.advance(Duration.ofMillis(1));
    WorkItem again = lease().orElseThrow();
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.isTakenOver()).isFalse();
    assertThat(
            BENCH.database.find(
                row -> row.getString(0), "select last_error from work_item where subject = 'a'"))
        .contains("why");
  }

  @Test
  void retry_withAnOldToken_changesNothing() {
    request("a");
    WorkItem old = lease().orElseThrow();
    expire();
    assertThat(lease()).isPresent();
    STORE.retry(BENCH.database, old, Duration.ZERO, "late");
    assertThat(lease()).isEmpty();
    expire();
    assertThat(lease().orElseThrow().attempt()).isOne();
  }

  @Test
  void release_givesTheItemBackAtOnceWithoutBlame() {
    request("a");
    STORE.release(BENCH.database, lease().orElseThrow());
    WorkItem again = lease().orElseThrow();
    assertThat(again.attempt()).isOne();
    assertThat(again.isTakenOver()).isFalse();
  }

  @Test
  void heartbeat_afterTheLeaseWasGivenBack_doesNotTakeItAgain() {
    request("a");
    WorkItem item = lease().orElseThrow();
    STORE.release(BENCH.database, item);
    assertThat(STORE.heartbeat(BENCH.database, item, Bench.LEASE)).isFalse();
    assertThat(lease()).isPresent();
  }

  @Test
  void cancel_endsAllOpenWorkOnASubjectAndNoOther() {
    request("a");
    request("b");
    STORE.request(BENCH.database, WorkKind.VET, "a");
    BENCH.database.transact(
        sql -> {
          STORE.lock(sql, "a");
          STORE.cancel(sql, "a");
        });
    assertThat(lease().map(WorkItem::subject)).contains("b");
    assertThat(BENCH.isOpen(WorkKind.VET, "a")).isFalse();
  }

  @Test
  void oldestAge_countsWaitingWorkOnly() {
    assertThat(STORE.oldestAge(BENCH.database, WorkKind.SCAN)).isZero();
    request("a");
    BENCH.clock.advance(Duration.ofSeconds(9));
    assertThat(STORE.oldestAge(BENCH.database, WorkKind.SCAN)).isEqualTo(Duration.ofSeconds(9));
    assertThat(lease()).isPresent();
    assertThat(STORE.oldestAge(BENCH.database, WorkKind.SCAN)).isZero();
    expire();
    assertThat(STORE.oldestAge(BENCH.database, WorkKind.SCAN)).isEqualTo(Duration.ofSeconds(39));
  }
}
