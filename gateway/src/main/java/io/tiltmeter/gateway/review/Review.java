package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.DatabaseException;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.FileRole;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;

/**
 * Decisions of people on held and blocked jobs.
 *
 * <p>Keeping a job back takes one person. Letting it go on takes two, unless the job's policy says
 * otherwise; two keys of one person count once. Each decision names the evidence that it rests on,
 * and lands in the audit log in the same transaction.
 */
public final class Review {
  private static final int SHORTEST_REASON = 10;
  private static final int LONGEST_REASON = 4000;
  private static final int PEOPLE = 2;

  private final Database database;
  private final Parts parts;
  private final Clock clock;
  private final ClearanceStore clearances = new ClearanceStore();

  /** What reviewing works with. */
  public record Parts(
      CaseStore cases,
      JobStore jobs,
      JobFlow flow,
      WorkStore work,
      AuditStore audit,
      TenantPolicies policies) {}

  public Review(Database database, Parts parts, Clock clock) {
    this.database = database;
    this.parts = parts;
    this.clock = clock;
  }

  /** What came of a decision. */
  public enum Outcome {
    /** A second person has to agree. */
    PROPOSED,
    /** The job goes on; where it had ended, what it was held back for may be used from now on. */
    RELEASED,
    /** The job stays back. */
    KEPT
  }

  /** What a person asks for. */
  public record Request(ReviewCase.Action action, String reason, Digest evidence) {}

  /**
   * Takes a decision.
   *
   * @throws RequestException if there is no such case, it is closed, the evidence has changed, the
   *     reason is too short, or the person has decided on it before; nothing is written
   */
  public Outcome decide(Caller.Staff person, String caseId, Request request) {
    requireReason(request.reason());
    try {
      return database.inTransaction(sql -> decide(sql, person, caseId, request));
    } catch (DatabaseException e) {
      if (e.isDuplicate()) {
        throw conflict("already_decided", "You have decided on this case; a second person has to.");
      }
      throw e;
    }
  }

  /**
   * Refuses what is no reason.
   *
   * @throws RequestException with status 400 if it is too short, too long or no text
   */
  public static void requireReason(String reason) {
    int length = reason.strip().length();
    if (length < SHORTEST_REASON || length > LONGEST_REASON) {
      throw RequestException.invalid(
          "reason_needed",
          "reason",
          "expected a reason of %d to %d characters, found %d"
              .formatted(SHORTEST_REASON, LONGEST_REASON, length));
    }
    if (!isText(reason)) {
      throw RequestException.invalid(
          "invalid_parameter", "reason", "expected text, found control characters in it");
    }
  }

  /** Whether the database and the audit log's canonical JSON can hold all of it. */
  static boolean isText(String text) {
    return text.codePoints().noneMatch(Review::isNoText);
  }

  private static boolean isNoText(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.SURROGATE
        || (type == Character.CONTROL && !Character.isWhitespace(codePoint));
  }

  private Outcome decide(Sql sql, Caller.Staff person, String caseId, Request request) {
    // The job first, as its cancellation does: otherwise the two could wait for each other.
    Job job = parts.jobs().lock(sql, find(sql, caseId).jobId()).orElseThrow();
    parts.cases().lock(sql, caseId);
    ReviewCase on = openCase(sql, caseId, request.evidence());
    ReviewCase.Decision decision =
        new ReviewCase.Decision(
            person.holder(),
            request.action(),
            request.reason().strip(),
            request.evidence(),
            clock.instant());
    parts.cases().add(sql, on, person, decision);
    record(sql, person, on, decision);
    if (request.action() == ReviewCase.Action.KEEP) {
      return keep(sql, on, job);
    }
    return hasEnoughPeople(sql, on, job) ? release(sql, person, on, job) : Outcome.PROPOSED;
  }

  private ReviewCase find(Sql sql, String caseId) {
    return parts
        .cases()
        .find(sql, caseId)
        .orElseThrow(() -> RequestException.notFound("case", caseId));
  }

  private ReviewCase openCase(Sql sql, String caseId, Digest evidence) {
    ReviewCase on = find(sql, caseId);
    if (!on.isOpen()) {
      throw conflict("case_closed", "This case is closed: " + on.outcome() + ".");
    }
    if (!on.evidence().equals(evidence)) {
      throw conflict(
          "evidence_changed", "The evidence is no longer what you saw; look at the case again.");
    }
    return on;
  }

  private static RequestException conflict(String code, String message) {
    return new RequestException(409, code, null, message);
  }

  private void record(Sql sql, Caller.Staff person, ReviewCase on, ReviewCase.Decision decision) {
    parts
        .audit()
        .append(
            sql,
            new AuditEntry.Fact(
                person.holder(),
                "decide-" + decision.action().wireName(),
                on.jobId(),
                Map.of(
                    "case", on.id(),
                    "key", person.keyId(),
                    "reason", decision.reason(),
                    "evidence", decision.evidence().toString())));
  }

  /** Whether, with the decision that was just made, enough different people want the release. */
  private boolean hasEnoughPeople(Sql sql, ReviewCase before, Job job) {
    boolean two =
        parts
            .policies()
            .byDigest(sql, job.policyDigest())
            .needsTwoPeople(Policy.HeldBy.valueOf(before.kind().name()));
    long others =
        before.decisions().stream()
            .filter(decision -> decision.action() == ReviewCase.Action.RELEASE)
            .count();
    return others + 1 >= (two ? PEOPLE : 1);
  }

  private Outcome keep(Sql sql, ReviewCase on, Job job) {
    parts.cases().close(sql, on, "kept");
    parts.flow().block(sql, job, EnumSet.of(Stage.HELD), HeldBack.failure(on.kind()));
    return Outcome.KEPT;
  }

  /** Of a training that was stopped there is no result: what people let go on is the training. */
  private Outcome trainAgain(Sql sql, Job job) {
    if (!parts.flow().trainAgain(sql, job)) {
      throw conflict("job_ended", "The job has ended; its training can no longer go on.");
    }
    return Outcome.RELEASED;
  }

  /** People let others use the file of a job that has failed for it, and stays so. */
  private Outcome clear(Sql sql, Caller.Staff person, ReviewCase on, Job job) {
    FileRole role = FileRole.of(Objects.requireNonNull(job.failure()));
    if (!clearances.add(sql, on, job, role, clock)) {
      throw conflict(
          "scan_unknown", "The scan that this case rests on is not known; upload the file again.");
    }
    parts
        .flow()
        .say(
            sql,
            job,
            Draft.info(
                "After review the %s %s may be used by a new job; this one stays failed"
                    .formatted(role.words(), role.fileOf(job))));
    parts
        .audit()
        .append(
            sql,
            new AuditEntry.Fact(
                person.holder(),
                "clear-file",
                role.fileOf(job),
                Map.of(
                    "job", job.id(),
                    "case", on.id(),
                    "evidence", on.evidence().toString(),
                    "role", role.wireName())));
    return Outcome.RELEASED;
  }

  /** People let a job's file out of quarantine. */
  private Outcome promote(Sql sql, Caller.Staff person, ReviewCase on, Job job) {
    if (!parts.flow().queue(sql, job)) {
      throw conflict("job_ended", "The job has ended; it can no longer go on to training.");
    }
    parts
        .audit()
        .append(
            sql,
            new AuditEntry.Fact(
                person.holder(),
                "promote-file",
                job.fileId(),
                Map.of(
                    "by", "review",
                    "job", job.id(),
                    "case", on.id(),
                    "evidence", on.evidence().toString(),
                    "report", Json.own(on.reasons()).path("report").asString(""))));
    return Outcome.RELEASED;
  }

  private Outcome release(Sql sql, Caller.Staff person, ReviewCase on, Job job) {
    parts.cases().close(sql, on, "released");
    if (on.kind() == HeldFor.DATASET) {
      return job.isBlockedForItsFile()
          ? clear(sql, person, on, job)
          : promote(sql, person, on, job);
    }
    if (job.artifactDigest() == null) {
      return trainAgain(sql, job);
    }
    // A job that has failed by then keeps its status: only the model comes to be.
    parts.flow().release(sql, job, Draft.info("Released after review, against the gate"));
    parts.work().request(sql, WorkKind.RELEASE, job.id());
    return Outcome.RELEASED;
  }
}
