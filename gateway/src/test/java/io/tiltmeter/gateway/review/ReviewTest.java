package io.tiltmeter.gateway.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.review.Review.Outcome;
import io.tiltmeter.gateway.review.ReviewCase.Action;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewTest {
  private static final Bench BENCH = Bench.open();
  private static final Manifest MANIFEST =
      new Manifest(List.of(new PinnedFile("config.json", 2, Digest.of("{}"))));
  private static final String REASON = "A false positive, checked by hand";
  private static final Digest EVIDENCE = Digest.of("{\"n\": 1}");
  private static final Review REVIEW =
      new Review(
          BENCH.database,
          new Review.Parts(
              BENCH.cases, BENCH.jobs, BENCH.flow, BENCH.work, BENCH.audit, BENCH.policies),
          BENCH.clock);

  private final String jobId = NewId.of("ftjob-");
  private final Caller.Staff ann = BENCH.staff("ann");
  private final Caller.Staff bob = BENCH.staff("bob");

  @BeforeAll
  static void base() {
    BENCH.base(MANIFEST);
    BENCH.artifacts.insert(BENCH.database, new Artifact(Artifact.Kind.MODEL, MANIFEST));
  }

  @AfterAll
  static void close() {
    BENCH.close();
  }

  @BeforeEach
  void policy() {
    BENCH.policy("");
  }

  /** The id of the case of a job that is held for this. */
  private String held(HeldFor kind) {
    Stage from = kind == HeldFor.DATASET ? Stage.SCANNING : Stage.EVALUATING;
    Job job = BENCH.inStage(jobId, MANIFEST.digest(), from);
    BENCH.database.transact(
        sql -> {
          BENCH.flow.hold(sql, job, from, kind, Draft.warn("held"));
          BENCH.cases.open(sql, job, kind, new CaseStore.Reasons("{\"n\": 1}", EVIDENCE), null);
        });
    return reviewCase().id();
  }

  private ReviewCase reviewCase() {
    return BENCH.cases.ofJob(BENCH.database, BENCH.tenant.tenantId(), jobId).orElseThrow();
  }

  private static Outcome decide(Caller.Staff person, String caseId, Action action) {
    return REVIEW.decide(person, caseId, new Review.Request(action, REASON, EVIDENCE));
  }

  private static String refusal(Supplier<Outcome> decision) {
    RequestException e = catchThrowableOfType(RequestException.class, decision::get);
    return "%d %s: %s".formatted(e.status(), e.code(), e.getMessage());
  }

  private static List<String> audited(String subject) {
    return BENCH.audit.after(BENCH.database, 0, 1000).stream()
        .filter(entry -> entry.subject().equals(subject))
        .map(entry -> entry.actor() + " " + entry.action())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"BLOCK", "INCONCLUSIVE"})
  void decide_releaseByTwoPeople_letsTheModelGoOut(String kind) {
    String id = held(HeldFor.valueOf(kind));

    assertThat(decide(ann, id, Action.RELEASE)).isEqualTo(Outcome.PROPOSED);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.HELD);
    assertThat(BENCH.isOpen(WorkKind.RELEASE, jobId)).isFalse();
    assertThat(reviewCase().isOpen()).isTrue();

    assertThat(decide(bob, id, Action.RELEASE)).isEqualTo(Outcome.RELEASED);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.RELEASING);
    assertThat(BENCH.isOpen(WorkKind.RELEASE, jobId)).isTrue();
    assertThat(reviewCase().outcome()).isEqualTo("released");
    assertThat(reviewCase().decisions())
        .extracting(ReviewCase.Decision::person)
        .containsExactlyInAnyOrder("ann", "bob");
    assertThat(audited(jobId)).containsExactly("ann decide-release", "bob decide-release");
  }

  @Test
  void decide_isWrittenIntoTheAuditLogWithReasonAndEvidence() {
    String id = held(HeldFor.BLOCK);
    decide(ann, id, Action.RELEASE);
    AuditEntry entry =
        BENCH.audit.after(BENCH.database, 0, 1000).stream()
            .filter(found -> found.subject().equals(jobId))
            .findFirst()
            .orElseThrow();
    assertThat(entry.details())
        .containsEntry("case", id)
        .containsEntry("key", ann.keyId())
        .containsEntry("reason", REASON)
        .containsEntry("evidence", EVIDENCE.toString());
  }

  @Test
  void decide_bySamePersonWithAnotherKey_isRefusedAndWritesNothing() {
    String id = held(HeldFor.BLOCK);
    decide(ann, id, Action.RELEASE);
    Caller.Staff annAgain = BENCH.staff("ann");
    assertThat(annAgain.keyId()).isNotEqualTo(ann.keyId());
    assertThat(refusal(() -> decide(annAgain, id, Action.RELEASE)))
        .isEqualTo("409 already_decided: You have decided on this case; a second person has to.");
    assertThat(reviewCase().decisions()).hasSize(1);
    assertThat(audited(jobId)).hasSize(1);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.HELD);
  }

  @Test
  void decide_keepByOnePerson_endsTheJob() {
    String id = held(HeldFor.BLOCK);
    assertThat(decide(ann, id, Action.KEEP)).isEqualTo(Outcome.KEPT);
    Job job = BENCH.job(jobId);
    assertThat(job.stage()).isEqualTo(Stage.BLOCKED);
    assertThat(job.failure()).extracting("code").isEqualTo("safety_gate_blocked");
    assertThat(reviewCase().outcome()).isEqualTo("kept");
    assertThat(BENCH.isOpen(WorkKind.RELEASE, jobId)).isFalse();
  }

  @Test
  void decide_keepAfterAProposal_endsTheJob() {
    String id = held(HeldFor.INCONCLUSIVE);
    decide(ann, id, Action.RELEASE);
    assertThat(decide(bob, id, Action.KEEP)).isEqualTo(Outcome.KEPT);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.BLOCKED);
  }

  @Test
  void decide_onStaleEvidence_isRefused() {
    String id = held(HeldFor.BLOCK);
    Review.Request stale = new Review.Request(Action.RELEASE, REASON, Digest.of("older"));
    assertThat(refusal(() -> REVIEW.decide(ann, id, stale)))
        .isEqualTo(
            "409 evidence_changed: The evidence is no longer what you saw; look at the case"
                + " again.");
    assertThat(reviewCase().decisions()).isEmpty();
  }

  @Test
  void decide_onAClosedCase_isRefused() {
    String id = held(HeldFor.BLOCK);
    decide(ann, id, Action.KEEP);
    assertThat(refusal(() -> decide(bob, id, Action.RELEASE)))
        .isEqualTo("409 case_closed: This case is closed: kept.");
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.BLOCKED);
  }

  @Test
  void decide_onNoCase_isNotFound() {
    assertThat(refusal(() -> decide(ann, "case_none", Action.KEEP)))
        .isEqualTo("404 not_found: No such case: case_none");
  }

  @Test
  void decide_withAReasonOfTheWrongLength_isRefused() {
    String id = held(HeldFor.BLOCK);
    Stream.of("  too short ", "x".repeat(4001))
        .forEach(
            reason ->
                assertThat(
                        refusal(
                            () ->
                                REVIEW.decide(
                                    ann, id, new Review.Request(Action.KEEP, reason, EVIDENCE))))
                    .isEqualTo(
                        "400 reason_needed: expected a reason of 10 to 4000 characters, found "
                            + reason.strip().length()));
    assertThat(
            REVIEW.decide(
                ann, id, new Review.Request(Action.KEEP, " " + "x".repeat(4000), EVIDENCE)))
        .isEqualTo(Outcome.KEPT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a reason with \0 in it", "a reason with \ud800 in it"})
  void decide_withAReasonThatIsNoText_isRefused(String reason) {
    String id = held(HeldFor.BLOCK);
    assertThat(
            refusal(
                () -> REVIEW.decide(ann, id, new Review.Request(Action.KEEP, reason, EVIDENCE))))
        .isEqualTo("400 invalid_parameter: expected text, found control characters in it");
  }

  @Test
  void decide_underAPolicyOfOnePerson_releasesAtOnce() {
    BENCH.policy("release: {two_people_against_gate: false}\n");
    String id = held(HeldFor.BLOCK);
    assertThat(decide(ann, id, Action.RELEASE)).isEqualTo(Outcome.RELEASED);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.RELEASING);
  }

  @Test
  void decide_releaseOfADataset_letsTheJobGoToTraining() {
    BENCH.policy("release: {two_people_against_gate: false}\nreview: {two_people_for: [dataset]}");
    String id = held(HeldFor.DATASET);
    decide(ann, id, Action.RELEASE);
    assertThat(decide(bob, id, Action.RELEASE)).isEqualTo(Outcome.RELEASED);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.QUEUED);
    assertThat(BENCH.isOpen(WorkKind.RELEASE, jobId)).isFalse();
  }

  @Test
  void decide_keepOfADataset_endsTheJobForItsFile() {
    String id = held(HeldFor.DATASET);
    decide(ann, id, Action.KEEP);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.BLOCKED);
    assertThat(BENCH.job(jobId).failure()).extracting("code").isEqualTo("unsafe_file");
  }

  @Test
  void decide_releaseAfterTheJobWasBlocked_makesTheModelAndLeavesTheJob() {
    String id = held(HeldFor.BLOCK);
    closeTask().run(BENCH.leased(WorkKind.CLOSE, jobId));
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.BLOCKED);

    decide(ann, id, Action.RELEASE);
    assertThat(decide(bob, id, Action.RELEASE)).isEqualTo(Outcome.RELEASED);
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.BLOCKED);
    assertThat(BENCH.job(jobId).failure()).extracting("code").isEqualTo("safety_gate_blocked");
    assertThat(BENCH.isOpen(WorkKind.RELEASE, jobId)).isTrue();
  }

  @Test
  void decide_byTwoPeopleAtOnce_isOneProposalAndOneRelease() {
    String id = held(HeldFor.BLOCK);
    assertThat(race(() -> decide(ann, id, Action.RELEASE), () -> decide(bob, id, Action.RELEASE)))
        .containsExactlyInAnyOrder("PROPOSED", "RELEASED");
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.RELEASING);
  }

  @Test
  void decide_byOnePersonWithTwoKeysAtOnce_countsOnce() {
    String id = held(HeldFor.BLOCK);
    Caller.Staff again = BENCH.staff("ann");
    assertThat(race(() -> decide(ann, id, Action.RELEASE), () -> decide(again, id, Action.RELEASE)))
        .containsExactlyInAnyOrder("PROPOSED", "already_decided");
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.HELD);
  }

  @Test
  void decide_keepAndSecondReleaseAtOnce_neverDoesBoth() {
    String id = held(HeldFor.BLOCK);
    decide(ann, id, Action.RELEASE);
    Caller.Staff eve = BENCH.staff("eve");
    List<String> outcomes =
        race(() -> decide(bob, id, Action.RELEASE), () -> decide(eve, id, Action.KEEP));
    assertThat(outcomes).contains("case_closed");
    boolean released = outcomes.contains("RELEASED");
    assertThat(BENCH.job(jobId).stage()).isEqualTo(released ? Stage.RELEASING : Stage.BLOCKED);
    assertThat(BENCH.isOpen(WorkKind.RELEASE, jobId)).isEqualTo(released);
  }

  private static List<String> race(Supplier<Outcome> one, Supplier<Outcome> other) {
    List<CompletableFuture<String>> both =
        Stream.of(one, other)
            .map(decision -> CompletableFuture.supplyAsync(() -> outcome(decision)))
            .toList();
    return both.stream().map(CompletableFuture::join).toList();
  }

  private static String outcome(Supplier<Outcome> decision) {
    try {
      return decision.get().name();
    } catch (RequestException e) {
      return e.code();
    }
  }

  @Test
  void decide_whileTheCustomerCancels_waitsAndFindsTheCaseClosed() {
    String id = held(HeldFor.BLOCK);
    List<CompletableFuture<String>> deciding =
        BENCH.database.inTransaction(
            sql -> {
              Job job = BENCH.jobs.lock(sql, jobId).orElseThrow();
              CompletableFuture<String> decision =
                  CompletableFuture.supplyAsync(() -> outcome(() -> decide(ann, id, Action.KEEP)));
              BENCH.awaitLockWait();
              BENCH.flow.cancel(sql, job);
              sql.run(
                  "update review_case set closed_at = $2, outcome = 'cancelled' where id = $1",
                  id,
                  BENCH.clock.instant());
              return List.of(decision);
            });
    assertThat(deciding.getFirst().join()).isEqualTo("case_closed");
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.CANCELLED);
  }

  private static CloseTask closeTask() {
    return new CloseTask(BENCH.database, BENCH.jobs, BENCH.flow, BENCH.work);
  }

  @Test
  void close_ofAHeldJob_blocksItAndLeavesTheCaseOpen() {
    held(HeldFor.BLOCK);
    closeTask().run(BENCH.leased(WorkKind.CLOSE, jobId));
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.BLOCKED);
    assertThat(BENCH.job(jobId).failure()).extracting("code").isEqualTo("safety_gate_blocked");
    assertThat(reviewCase().isOpen()).isTrue();
    assertThat(BENCH.isOpen(WorkKind.CLOSE, jobId)).isFalse();
  }

  @Test
  void close_afterADecision_changesNothing() {
    String id = held(HeldFor.BLOCK);
    decide(ann, id, Action.RELEASE);
    decide(bob, id, Action.RELEASE);
    closeTask().run(BENCH.leased(WorkKind.CLOSE, jobId));
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.RELEASING);
    assertThat(BENCH.isOpen(WorkKind.CLOSE, jobId)).isFalse();
  }

  @Test
  void close_ofAJobHeldForAnotherReason_leavesItHeld() {
    held(HeldFor.INCONCLUSIVE);
    closeTask().run(BENCH.leased(WorkKind.CLOSE, jobId));
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.HELD);
  }

  @Test
  void close_thatIsGivenUp_leavesTheJobHeld() {
    held(HeldFor.BLOCK);
    closeTask().giveUp(BENCH.leased(WorkKind.CLOSE, jobId));
    assertThat(BENCH.job(jobId).stage()).isEqualTo(Stage.HELD);
    assertThat(BENCH.isOpen(WorkKind.CLOSE, jobId)).isFalse();
  }

  @Test
  void open_twice_opensOneCase() {
    held(HeldFor.BLOCK);
    BENCH.clock.advance(Duration.ofSeconds(1));
    BENCH.database.transact(
        sql ->
            BENCH.cases.open(
                sql,
                BENCH.job(jobId),
                HeldFor.BLOCK,
                new CaseStore.Reasons("{}", Digest.of("{}")),
                null));
    assertThat(reviewCase().evidence()).isEqualTo(EVIDENCE);
    assertThat(BENCH.count("select count(*) from review_case where job_id = $1", jobId)).isOne();
  }

  @Test
  void open_ofACase_listsItUntilItIsClosed() {
    String first = held(HeldFor.BLOCK);
    assertThat(BENCH.cases.open(BENCH.database, 1000)).anyMatch(it -> it.id().equals(first));
    decide(ann, first, Action.KEEP);
    assertThat(BENCH.cases.open(BENCH.database, 1000)).noneMatch(it -> it.id().equals(first));
  }

  @Test
  void action_ofAnUnknownWord_isRefused() {
    assertThat(EnumSet.allOf(Action.class)).allMatch(it -> Action.of(it.wireName()) == it);
    assertThatThrownBy(() -> Action.of("wave-through"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
