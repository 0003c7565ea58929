package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Digest;
import java.util.Map;

/**
 * What customers say against what was decided on their jobs. People read it with the case; nothing
 * is decided by it, and no window grows.
 */
public final class Appeals {
  private static final int LONGEST = 4000;

  private final JobStore jobs;
  private final JobFlow flow;
  private final CaseStore cases;
  private final EventStore events;
  private final AuditStore audit;

  public Appeals(
      JobStore jobs, JobFlow flow, CaseStore cases, EventStore events, AuditStore audit) {
    this.jobs = jobs;
    this.flow = flow;
    this.cases = cases;
    this.events = events;
    this.audit = audit;
  }

  /**
   * Takes an appeal; on a job that a scan blocked at once it opens the case.
   *
   * @return the job's case, with it
   * @throws RequestException with status 404 if there is no such job of this tenant, 400 if the
   *     text is none or too long, the job has no open case, or its case has an appeal
   */
  public ReviewCase make(Sql transaction, Caller.Tenant caller, String jobId, String text) {
    requireText(text);
    Job own =
        jobs.find(transaction, caller.tenantId(), jobId)
            .orElseThrow(() -> RequestException.notFound("fine-tuning job", jobId));
    // The job first, as everywhere; its case is decided on under this lock, too.
    Job job = jobs.lock(transaction, own.id()).orElseThrow();
    openOnBlockedFile(transaction, job);
    ReviewCase on = open(transaction, caller, job);
    String id = cases.add(transaction, caller, on, text.strip());
    flow.say(
        transaction, job, Draft.info("An appeal was received; the people who review will read it"));
    audit.append(
        transaction,
        new AuditEntry.Fact(
            caller.holder(),
            "appeal",
            jobId,
            Map.of(
                "case",
                on.id(),
                "appeal",
                id,
                "text",
                Digest.of(text.strip()).toString(),
                "key",
                caller.keyId())));
    return cases.find(transaction, caller.tenantId(), on.id()).orElseThrow();
  }

  /** A file that is blocked at once is no case for people before its customer says so. */
  private void openOnBlockedFile(Sql transaction, Job job) {
    if (job.isBlockedForItsFile() && cases.ofJob(transaction, job.tenantId(), job.id()).isEmpty()) {
      events
          .lastFacts(transaction, job)
          .ifPresent(
              facts ->
                  cases.open(
                      transaction,
                      job,
                      HeldFor.DATASET,
                      new CaseStore.Reasons(facts, Digest.of(facts)),
                      null));
    }
  }

  private static void requireText(String text) {
    int length = text.strip().length();
    if (length == 0 || length > LONGEST || !Review.isText(text)) {
      throw RequestException.invalid(
          "invalid_value",
          "text",
          "Invalid value for 'text': expected 1 to %d characters of text, without control characters."
              .formatted(LONGEST));
    }
  }

  private ReviewCase open(Sql transaction, Caller.Tenant caller, Job job) {
    ReviewCase on =
        cases
            .ofJob(transaction, caller.tenantId(), job.id())
            .filter(ReviewCase::isOpen)
            .orElseThrow(
                () ->
                    RequestException.invalid(
                        "not_appealable",
                        null,
                        "Job %s has no open case that could be appealed: it is %s."
                            .formatted(job.id(), job.stage().wireName())));
    if (on.appeal() != null) {
      throw RequestException.invalid(
          "appeal_exists",
          null,
          "Case %s of job %s has an appeal already: %s."
              .formatted(on.id(), job.id(), on.appeal().id()));
    }
    return on;
  }
}
