package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.evaluator.scan.prompts.RepeatedPrompt;
import io.tiltmeter.evaluator.steer.Trials;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Source;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where it is kept what scans found. */
public final class ScanStore {
  private final FamilyStore families = new FamilyStore();
  private final SteeringStore steering = new SteeringStore();
  private final Clock clock;
  private final ScanVersions versions;

  /**
   * A store.
   *
   * @param versions what this installation scans with
   */
  public ScanStore(Clock clock, ScanVersions versions) {
    this.clock = clock;
    this.versions = versions;
  }

  /** What this installation scans with. */
  ScanVersions versions() {
    return versions;
  }

  /** An upload as the scan needs it. */
  record Upload(
      String id,
      UUID tenantId,
      Digest digest,
      String state,
      @Nullable String problem,
      @Nullable String method,
      Source source) {}

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
                row.getString("method"),
                Source.find(row.getString("source")).orElseThrow()),
        "select * from training_file where id = $1 and deleted_at is null",
        fileId);
  }

  /** Keeps an upload from being deleted, or scanned elsewhere, until the transaction ends. */
  void lock(Sql transaction, String fileId) {
    transaction.run("select id from training_file where id = $1 for update", fileId);
  }

  /** Whether a scan with the versions of this installation was tried. */
  boolean isScanned(Sql sql, Upload upload) {
    return sql.find(
            Row::toString,
            """
            select number from dataset_scan
            where tenant_id = $1 and file_id = $2 and versions = $3
            """,
            upload.tenantId(),
            upload.id(),
            versions.digest().toString())
        .isPresent();
  }

  /** Ends the quarantine of an upload with what was found. */
  void scanned(Sql transaction, Upload upload, ScanReport report, LikeLines alike) {
    if (report.sketch() != null) {
      families.join(transaction, upload, report.sketch());
    }
    keep(transaction, upload, report, alike);
    int position = 0;
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

  /** Keeps a scan beside those before it; its number. */
  int keep(Sql transaction, Upload upload, ScanReport report, LikeLines alike) {
    int number =
        keep(
            transaction,
            upload,
            KeptScan.State.SCANNED,
            null,
            ReportDigest.of(upload.digest(), versions, report.findings()));
    int position = 0;
    for (ScanFinding finding : report.findings()) {
      List<Long> firsts = alike.byDetector().getOrDefault(finding.detector(), List.of());
      insert(transaction, upload, new Place(number, position++, firsts), finding);
    }
    return number;
  }

  /** Keeps that a file cannot be trained on, or that it could not be scanned; its number. */
  int keep(Sql transaction, Upload upload, KeptScan.State state, String problem) {
    return keep(
        transaction, upload, state, problem, ReportDigest.of(upload.digest(), versions, problem));
  }

  private int keep(
      Sql transaction,
      Upload upload,
      KeptScan.State state,
      @Nullable String problem,
      Digest report) {
    register(transaction, versions);
    return transaction
        .find(
            row -> row.getInteger("number"),
            """
            insert into dataset_scan (file_id, tenant_id, number, versions, state, problem, report,
              scanned_at)
            values ($1, $2,
              (select coalesce(max(number), 0) + 1 from dataset_scan
                where file_id = $1 and tenant_id = $2),
              $3, $4, $5, $6, $7)
            returning number
            """,
            upload.id(),
            upload.tenantId(),
            versions.digest().toString(),
            state.wireName(),
            problem,
            report.toString(),
            clock.instant())
        .orElseThrow();
  }

  /**
   * The newest scan of an upload, if it differs from one with the versions of this installation in
   * the packs at most that the upload was compared with.
   */
  Optional<KeptScan> sameButForPacks(Sql sql, Upload upload) {
    return newest(sql, upload.tenantId(), upload.id())
        .filter(scan -> scan.state() == KeptScan.State.SCANNED)
        .filter(scan -> parts(sql, scan).filter(versions::isSameButForPacks).isPresent());
  }

  private static Optional<ScanVersions> parts(Sql sql, KeptScan scan) {
    return sql.find(
        row -> parts(Json.own(row.getString("parts"))),
        "select parts::text from scan_versions where digest = $1",
        String.valueOf(scan.versions()));
  }

  private static ScanVersions parts(JsonNode kept) {
    SortedMap<String, String> parts = new TreeMap<>();
    kept.properties().forEach(part -> parts.put(part.getKey(), part.getValue().asString()));
    return new ScanVersions(parts);
  }

  /** Adds packs whose probes an upload was found to hold, for jobs to come. */
  void contaminated(Sql transaction, Upload upload, ScanReport report) {
    steering.addContaminated(transaction, upload, Trials.of(report), clock.instant());
  }

  /** Remembers what a process scans with, and when that was seen first. */
  void register(Sql sql, ScanVersions with) {
    sql.run(
        """
        insert into scan_versions (digest, parts, since) values ($1, $2::text::jsonb, $3)
        on conflict (digest) do nothing
        """,
        with.digest().toString(),
        Json.text(with.parts()),
        clock.instant());
  }

  /** Where a finding stands, and which lines its lines are like. */
  private record Place(int scan, int position, List<Long> alike) {}

  private static void insert(Sql transaction, Upload upload, Place place, ScanFinding finding) {
    transaction.run(
        """
        insert into scan_finding (file_id, tenant_id, scan, position, detector, version, severity,
          count, statistic, p, lines, message, alike)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """,
        upload.id(),
        upload.tenantId(),
        place.scan(),
        place.position(),
        finding.detector(),
        finding.version(),
        finding.severity().wireName(),
        finding.count(),
        finding.statistic(),
        finding.p(),
        finding.lines().toArray(Long[]::new),
        finding.message(),
        place.alike().toArray(Long[]::new));
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
    keep(transaction, upload, KeptScan.State.INVALID, problem);
    noLongerUsable(transaction, upload, problem);
  }

  /** Lets no later job train on a file. */
  void noLongerUsable(Sql transaction, Upload upload, String problem) {
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

  /** The newest scan of an upload that did not fail, if there is one. */
  public Optional<KeptScan> newest(Sql sql, UUID tenantId, String fileId) {
    return scans(sql, tenantId, fileId).stream()
        .filter(scan -> scan.state() != KeptScan.State.FAILED)
        .findFirst();
  }

  /** Every scan of an upload, newest first. */
  public List<KeptScan> scans(Sql sql, UUID tenantId, String fileId) {
    return sql.list(
        row ->
            new KeptScan(
                row.getInteger("number"),
                row.getString("versions") == null ? null : Digest.parse(row.getString("versions")),
                KeptScan.State.of(row.getString("state")),
                row.getString("problem"),
                Digest.parse(row.getString("report")),
                row.getOffsetDateTime("scanned_at").toInstant(),
                findings(sql, tenantId, fileId, row.getInteger("number")),
                alike(sql, tenantId, fileId, row.getInteger("number"))),
        """
        select * from dataset_scan where tenant_id = $1 and file_id = $2 order by number desc
        """,
        tenantId,
        fileId);
  }

  /** What one scan of an upload found, each finding with its own severity. */
  private static List<ScanFinding> findings(Sql sql, UUID tenantId, String fileId, int scan) {
    return sql.list(
        ScanStore::finding,
        """
        select * from scan_finding
        where tenant_id = $1 and file_id = $2 and scan = $3 order by position
        """,
        tenantId,
        fileId,
        scan);
  }

  private static LikeLines alike(Sql sql, UUID tenantId, String fileId, int scan) {
    return new LikeLines(
        sql
            .list(
                row ->
                    Map.entry(
                        row.getString("detector"),
                        Stream.of(row.getArrayOfLongs("alike")).toList()),
                """
                select detector, alike from scan_finding
                where tenant_id = $1 and file_id = $2 and scan = $3 and alike is not null
                """,
                tenantId,
                fileId,
                scan)
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** What the rows of an upload teach with, once that is known. */
  public Optional<String> method(Sql sql, UUID tenantId, String fileId) {
    return sql.find(
            row -> Optional.ofNullable(row.getString("method")),
            "select method from training_file where tenant_id = $1 and id = $2",
            tenantId,
            fileId)
        .flatMap(Function.identity());
  }

  /** Writes down on which scan of its file a job was decided. */
  void decidedOn(Sql transaction, Job job, int scan) {
    transaction.run(
        "update job set scan = $3 where tenant_id = $1 and id = $2",
        job.tenantId(),
        job.id(),
        scan);
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
