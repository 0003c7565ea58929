package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.evaluator.scan.hits.Excerpt;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.key.Caller;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A few masked words of a row that a finding lists, for whoever reviews; that they were read is in
 * the audit log before they are shown.
 */
final class Excerpts {
  private static final int MAX_DIGITS = 18;

  private final PageSite.Parts parts;

  Excerpts(PageSite.Parts parts) {
    this.parts = parts;
  }

  /**
   * A training file, and on what page it is looked at.
   *
   * @param kind what the page is about: job or case
   * @param id of that
   */
  record Source(UUID tenantId, String fileId, String kind, String id) {}

  /** The words of a line, or why there are none. */
  DatasetDesk.Excerpt read(Caller.Staff person, Source source, String wanted) {
    boolean isNumber =
        !wanted.isEmpty()
            && wanted.length() <= MAX_DIGITS
            && wanted.chars().allMatch(c -> c >= '0' && c <= '9');
    long line = isNumber ? Long.parseLong(wanted) : 0;
    Optional<TrainingFile> file =
        parts.stores().files().findForJob(parts.database(), source.tenantId(), source.fileId());
    if (file.isEmpty()) {
      return none(line, "The file was deleted; its bytes are gone.");
    }
    if (!isListed(source, line)) {
      return none(line, "Expected the number of a line that a finding of this file lists.");
    }
    record(person, source, line);
    return read(source, parts.blobs().path(file.get().blob().digest()), line)
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

  private boolean isListed(Source source, long line) {
    return parts
        .stores()
        .scans()
        .scans(parts.database(), source.tenantId(), source.fileId())
        .stream()
        .flatMap(scan -> scan.findings().stream())
        .anyMatch(finding -> finding.lines().contains(line));
  }

  private Optional<Excerpt> read(Source source, Path file, long line) {
    Method method =
        parts
            .stores()
            .scans()
            .method(parts.database(), source.tenantId(), source.fileId())
            .flatMap(Method::of)
            .orElse(Method.SUPERVISED);
    try {
      return Excerpt.of(file, method, line);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void record(Caller.Staff person, Source source, long line) {
    Map<String, String> details =
        Map.of("key", person.keyId(), source.kind(), source.id(), "line", Long.toString(line));
    parts
        .database()
        .transact(
            sql ->
                parts
                    .audit()
                    .append(
                        sql,
                        new AuditEntry.Fact(
                            person.holder(), "read-excerpt", source.fileId(), details)));
  }
}
