package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.evaluator.scan.hits.Excerpt;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.Scope;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A few masked words of a row that a finding lists, for whoever reviews; that they were read is in
 * the audit log before they are shown.
 */
final class ExcerptHandler {
  private static final int MAX_DIGITS = 18;

  private final PageSite.Parts parts;
  private final JobPages jobs;

  ExcerptHandler(PageSite.Parts parts, JobPages jobs) {
    this.parts = parts;
    this.jobs = jobs;
  }

  void read(RoutingContext context) {
    Visit visit = jobs.visit(context);
    Form form = Form.read(context);
    Optional<Session> session = visit.session();
    if (session.isEmpty()) {
      Visit.redirect(context, "/login");
      return;
    }
    visit.requireOwn(form);
    Caller.Staff person = reviewer(session.get(), context);
    JobRow job = jobs.job(context, session.get());
    jobs.showExcerpt(context, session.get(), job, excerpt(person, job, form.field("line")));
  }

  /** To a customer's key it looks as if there was no such page. */
  private static Caller.Staff reviewer(Session session, RoutingContext context) {
    if (!(session.caller() instanceof Caller.Staff person)) {
      throw RequestException.notFound("page", context.normalizedPath());
    }
    if (!person.scopes().contains(Scope.REVIEW)) {
      throw new RequestException(
          403,
          "insufficient_permissions",
          null,
          "Words of training files need a staff key with scope \"review\".");
    }
    return person;
  }

  private DatasetDesk.Excerpt excerpt(Caller.Staff person, JobRow job, String wanted) {
    boolean isNumber =
        !wanted.isEmpty()
            && wanted.length() <= MAX_DIGITS
            && wanted.chars().allMatch(c -> c >= '0' && c <= '9');
    long line = isNumber ? Long.parseLong(wanted) : 0;
    Optional<TrainingFile> file =
        parts.stores().files().findForJob(parts.database(), job.tenantId(), job.upload().id());
    if (file.isEmpty()) {
      return none(line, "The file was deleted; its bytes are gone.");
    }
    if (!isListed(job, line)) {
      return none(line, "Expected the number of a line that a finding of this file lists.");
    }
    record(person, job, line);
    return read(job, parts.blobs().path(file.get().blob().digest()), line)
        .map(
            found ->
                new DatasetDesk.Excerpt(
                    line,
                    found.turns().stream()
                        .map(said -> new DatasetDesk.Said(said.speaker(), said.text()))
                        .toList(),
                    null))
        .orElseGet(() -> none(line, "There is no example on this line."));
  }

  private static DatasetDesk.Excerpt none(long line, String problem) {
    return new DatasetDesk.Excerpt(line, List.of(), problem);
  }

  private boolean isListed(JobRow job, long line) {
    return parts
        .stores()
        .scans()
        .scans(parts.database(), job.tenantId(), job.upload().id())
        .stream()
        .flatMap(scan -> scan.findings().stream())
        .anyMatch(finding -> finding.lines().contains(line));
  }

  private Optional<Excerpt> read(JobRow job, Path file, long line) {
    Method method =
        parts
            .stores()
            .scans()
            .method(parts.database(), job.tenantId(), job.upload().id())
            .flatMap(Method::of)
            .orElse(Method.SUPERVISED);
    try {
      return Excerpt.of(file, method, line);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void record(Caller.Staff person, JobRow job, long line) {
    parts
        .database()
        .transact(
            sql ->
                parts
                    .audit()
                    .append(
                        sql,
                        new AuditEntry.Fact(
                            person.holder(),
                            "read-excerpt",
                            job.upload().id(),
                            Map.of(
                                "key", person.keyId(),
                                "job", job.id(),
                                "line", Long.toString(line)))));
  }
}
