package io.tiltmeter.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.DatabaseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditStoreTest {
  private static final Bench BENCH = Bench.open();
  private static final int ENTRIES = 5;

  @AfterAll
  static void close() {
    BENCH.close();
  }

  @BeforeEach
  void fill() {
    tamper("truncate audit_entry");
    IntStream.range(0, ENTRIES).forEach(AuditStoreTest::append);
  }

  private static void append(int number) {
    BENCH.clock.advance(Duration.ofNanos(1_234_567));
    AuditEntry.Fact fact =
        new AuditEntry.Fact(
            "person-" + number,
            "decide-keep",
            "ftjob-" + number,
            Map.of("reason", "\"quoted\"\n\tä€😀 " + number, "case", "case_" + number));
    BENCH.database.transact(sql -> BENCH.audit.append(sql, fact));
  }

  private static AuditCheck check() {
    AuditCheck check = new AuditCheck();
    BENCH.audit.after(BENCH.database, 0, 1000).forEach(check::next);
    return check;
  }

  /** As somebody would who owns the database. */
  private static void tamper(String statement) {
    BENCH.database.run("alter table audit_entry disable trigger audit_entry_is_append_only");
    BENCH.database.run(statement);
    BENCH.database.run("alter table audit_entry enable always trigger audit_entry_is_append_only");
  }

  @Test
  void append_severalTimes_makesAChainWithoutGaps() {
    AuditCheck check = check();
    assertThat(check.firstBad()).isNull();
    assertThat(check.entries()).isEqualTo(ENTRIES);
    List<AuditEntry> entries = BENCH.audit.after(BENCH.database, 0, 1000);
    assertThat(entries).extracting(AuditEntry::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(check.head()).isEqualTo(entries.getLast().hash());
    assertThat(entries.getFirst().previous()).isEqualTo(AuditEntry.GENESIS);
    assertThat(entries.get(2).details()).containsEntry("reason", "\"quoted\"\n\tä€😀 2");
  }

  @Test
  void append_inATransactionThatIsRolledBack_leavesNoGap() {
    try {
      BENCH.database.transact(
          sql -> {
            BENCH.audit.append(sql, new AuditEntry.Fact("a", "b", "c", Map.of()));
            throw new IllegalStateException("no");
          });
    } catch (IllegalStateException e) {
      append(6);
    }
    assertThat(check().firstBad()).isNull();
    assertThat(check().entries()).isEqualTo(ENTRIES + 1);
  }

  @Test
  void append_byManyAtOnce_doesNotForkTheChain() {
    List<CompletableFuture<Void>> appending =
        IntStream.range(0, 24)
            .mapToObj(number -> CompletableFuture.runAsync(() -> append(number)))
            .toList();
    appending.forEach(CompletableFuture::join);
    assertThat(check().firstBad()).isNull();
    assertThat(check().entries()).isEqualTo(ENTRIES + 24);
  }

  @Test
  void after_aSequence_givesWhatFollowsUpToTheLimit() {
    assertThat(BENCH.audit.after(BENCH.database, 2, 2))
        .extracting(AuditEntry::sequence)
        .containsExactly(3L, 4L);
  }

  @ParameterizedTest
  @CsvSource({
    "actor = 'nobody'",
    "action = 'decide-release'",
    "subject = 'ftjob-9'",
    "at = at + interval '1 ms'",
    "details = '{}'",
    "previous = hash",
    "hash = previous"
  })
  void check_ofAChangedEntry_findsIt(String change) {
    tamper("update audit_entry set " + change + " where sequence = 3");
    assertThat(check().firstBad()).isEqualTo(3);
  }

  @Test
  void check_afterARemovedEntry_findsTheNext() {
    tamper("delete from audit_entry where sequence = 2");
    assertThat(check().firstBad()).isEqualTo(3);
  }

  @Test
  void check_afterARemovedEntryAndRenumbering_findsTheFirstThatMoved() {
    tamper("delete from audit_entry where sequence = 2");
    tamper("update audit_entry set sequence = sequence - 1 where sequence > 2");
    assertThat(check().firstBad()).isEqualTo(2);
  }

  @Test
  void check_ofSwappedEntries_findsTheFirst() {
    tamper("update audit_entry set sequence = 100 where sequence = 2");
    tamper("update audit_entry set sequence = 2 where sequence = 3");
    tamper("update audit_entry set sequence = 3 where sequence = 100");
    assertThat(check().firstBad()).isEqualTo(2);
  }

  @Test
  void check_withoutItsFirstEntry_findsTheSecond() {
    tamper("delete from audit_entry where sequence = 1");
    assertThat(check().firstBad()).isEqualTo(2);
  }

  @Test
  void check_whoseEndWasCut_hasAnotherHead() {
    AuditCheck before = check();
    tamper("delete from audit_entry where sequence = 5");
    assertThat(check().firstBad()).isNull();
    assertThat(check().head()).isNotEqualTo(before.head());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit_entry set actor = 'nobody'",
        "update audit_entry set actor = 'nobody' where sequence = 3",
        "delete from audit_entry",
        "delete from audit_entry where sequence = 99",
        "truncate audit_entry",
        "truncate audit_entry restart identity cascade",
        "insert into audit_entry select * from audit_entry"
            + " on conflict (sequence) do update set actor = 'nobody'",
        "merge into audit_entry to_change using audit_entry change"
            + " on to_change.sequence = change.sequence when matched then delete"
      })
  void table_refusesWhateverIsNoAppend(String statement) {
    AuditCheck before = check();

    assertThatThrownBy(() -> BENCH.database.run(statement))
        .isInstanceOf(DatabaseException.class)
        .hasMessage("the database refused a statement: SQL state 42501");

    assertThat(check().head()).isEqualTo(before.head());
    assertThat(check().entries()).isEqualTo(ENTRIES);
  }

  @Test
  void table_ofASessionThatPosesAsAReplica_refusesToo() {
    assertThatThrownBy(
            () ->
                BENCH.database.transact(
                    sql -> {
                      sql.run("set local session_replication_role = replica");
                      sql.run("truncate audit_entry");
                    }))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("42501");
    assertThat(check().entries()).isEqualTo(ENTRIES);
  }
}
