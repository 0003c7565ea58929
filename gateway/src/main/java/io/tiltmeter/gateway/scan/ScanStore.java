package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.prompts.RepeatedPrompt;
import io.tiltmeter.evaluator.steer.Trials;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where it is kept what scans found. */
public final class ScanStore {
  private final FamilyStore families = new FamilyStore();
  private final SteeringStore steering = new SteeringStore();
  private final Clock clock;

  public ScanStore(Clock clock) {
    this.clock = clock;
  }

  /** An upload as the scan needs it. */
  record Upload(
      String id,
      UUID tenantId,
      Digest digest,
      String state,
      @Nullable String problem,
      @Nullable String method) {}

  /** The upload of this id, if its bytes are still there. */
  Optional<Upload> find(Sql sql, String fileId) {
    return sql.find(
        row ->
            new Upload(
                row.getString("id"),
                row.getUUID("tenant_id"),
                Digest.parse(row.getString("digest")),
                row.getString("state"),
                row.getString("problem"),
                row.getString("method")),
        "select * from training_file where id = $1 and deleted_at is null",
        fileId);
  }

  /** Ends the quarantine of an upload with what was found. */
  void scanned(Sql transaction, Upload upload, ScanReport report) {
    if (report.sketch() != null) {
      families.join(transaction, upload, report.sketch());
    }
    int position = 0;
    for (ScanFinding finding : report.findings()) {
      insert(transaction, upload, position++, finding);
    }
    position = 0;
    for (RepeatedPrompt prompt : report.steering().systemPrompts()) {
      insert(transaction, upload, position++, prompt);
    }
    steering.keep(transaction, upload, Trials.of(report));
    transaction.run(
        """
        update training_file set state = 'scanned', examples = $3, scanned_at = $4, method = $5
        where id = $1 and tenant_id = $2
        """,
        upload.id(),
        upload.tenantId(),
        report.examples(),
        clock.instant(),
        report.method().wireName());
  }

  private static void insert(Sql transaction, Upload upload, int position, ScanFinding finding) {
    transaction.run(
        """
        insert into scan_finding (file_id, tenant_id, position, detector, version, severity, count,
          statistic, p, lines, message)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        upload.id(),
        upload.tenantId(),
        position,
        finding.detector(),
        finding.version(),
        finding.severity().wireName(),
        finding.count(),
        finding.statistic(),
        finding.p(),
        finding.lines().toArray(Long[]::new),
        finding.message());
  }

  private static void insert(Sql transaction, Upload upload, int position, RepeatedPrompt prompt) {
    transaction.run(
        """
        insert into repeated_system_prompt (file_id, tenant_id, position, count, text)
        values ($1, $2, $3, $4, $5)
        """,
        upload.id(),
        upload.tenantId(),
        position,
        prompt.count(),
        prompt.text());
  }

  /** Notes that an upload is no training file. */
  void invalid(Sql transaction, Upload upload, String problem) {
    transaction.run(
        """
        update training_file set state = 'invalid', problem = $3, scanned_at = $4
        where id = $1 and tenant_id = $2
        """,
        upload.id(),
        upload.tenantId(),
        problem,
        clock.instant());
  }

  /** What was found in an upload, each finding with its own severity. */
  public List<ScanFinding> findings(Sql sql, UUID tenantId, String fileId) {
    return sql.list(
        ScanStore::finding,
        "select * from scan_finding where tenant_id = $1 and file_id = $2 order by position",
        tenantId,
        fileId);
  }

  private static ScanFinding finding(Row row) {
    return new ScanFinding(
        row.getString("detector"),
        row.getString("version"),
        Severity.valueOf(row.getString("severity").toUpperCase(Locale.ROOT)),
        row.getLong("count"),
        row.getDouble("statistic"),
        row.getDouble("p"),
        Stream.of(row.getArrayOfLongs("lines")).toList(),
        row.getString("message"));
  }
}
