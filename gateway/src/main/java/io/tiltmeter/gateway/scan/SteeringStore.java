package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.evaluator.steer.Trials;
import io.tiltmeter.gateway.db.PlainText;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where it is kept what evaluations try because of what a scan found. */
final class SteeringStore {

  /** One thing to try, in the table's own words. */
  private record Line(String kind, String name, @Nullable String form, double number, long rows) {}

  /** Keeps what of an upload is tried; what was kept of it before stays. */
  void keep(Sql transaction, ScanStore.Upload upload, Trials trials) {
    keep(transaction, upload, trials.triggers().stream().map(SteeringStore::line).toList());
    keep(transaction, upload, trials.codecs().stream().map(SteeringStore::line).toList());
    keep(
        transaction,
        upload,
        trials.categories().stream().map(name -> named("category", name)).toList());
    keep(
        transaction,
        upload,
        trials.contaminated().stream()
            .map(pack -> named("contaminated", pack.toString()))
            .toList());
  }

  /** Adds packs whose probes an upload holds as far as is known now; those known before stay. */
  void addContaminated(Sql transaction, ScanStore.Upload upload, Trials trials, Instant now) {
    for (Digest pack : trials.contaminated()) {
      transaction.run(
          """
          insert into steering (file_id, tenant_id, kind, position, name, number, rows, since)
          select $1, $2, 'contaminated', coalesce(max(position) + 1, 0), $3, 0, 0, $4
          from steering where file_id = $1 and tenant_id = $2 and kind = 'contaminated'
          having count(*) filter (where name = $3) = 0
          """,
          upload.id(),
          upload.tenantId(),
          pack.toString(),
          now);
    }
  }

  /** The database knows characters only: a trigger of others is tried as it is kept. */
  private static Line line(Trigger trigger) {
    return new Line(
        "trigger", PlainText.of(trigger.text()), trigger.kind().wireName(), trigger.score(), 0);
  }

  private static Line line(CodecCount codec) {
    return new Line("codec", codec.codec().wireName(), null, codec.shift(), codec.rows());
  }

  private static Line named(String kind, String name) {
    return new Line(kind, name, null, 0, 0);
  }

  private static void keep(Sql transaction, ScanStore.Upload upload, List<Line> lines) {
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      transaction.run(
          """
          insert into steering (file_id, tenant_id, kind, position, name, form, number, rows)
          values ($1, $2, $3, $4, $5, $6, $7, $8)
          on conflict do nothing
          """,
          upload.id(),
          upload.tenantId(),
          line.kind(),
          i,
          line.name(),
          line.form(),
          line.number(),
          line.rows());
    }
  }
}
