package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.family.DatasetSketch;
import io.tiltmeter.gateway.db.Sql;
import io.vertx.sqlclient.Row;
import java.util.List;

/** Families of training files: those of one tenant that say much the same. */
final class FamilyStore {

  /** A file that was sketched before. */
  private record Relative(String family, DatasetSketch sketch) {}

  /**
   * Puts a file into the family of the oldest file of its tenant that it is much like, or begins
   * one. Files that were deleted are remembered. A tenant's files take turns.
   */
  void join(Sql transaction, ScanStore.Upload upload, DatasetSketch sketch) {
    transaction.run(
        "select pg_advisory_xact_lock(hashtextextended($1, 4))", upload.tenantId().toString());
    Long[] bands = sketch.bands().toArray(Long[]::new);
    String family =
        candidates(transaction, upload, bands).stream()
            .filter(relative -> relative.sketch().isLike(sketch))
            .map(Relative::family)
            .findFirst()
            .orElse(upload.id());
    transaction.run(
        """
        update training_file set family = $3, sketch = $4, bands = $5
        where id = $1 and tenant_id = $2
        """,
        upload.id(),
        upload.tenantId(),
        family,
        sketch.minima().toArray(Integer[]::new),
        bands);
  }

  private static List<Relative> candidates(Sql sql, ScanStore.Upload upload, Long[] bands) {
    return sql.list(
        FamilyStore::relative,
        """
        select family, sketch from training_file
        where tenant_id = $1 and id <> $2 and bands && $3 order by created_at, id
        """,
        upload.tenantId(),
        upload.id(),
        bands);
  }

  private static Relative relative(Row row) {
    return new Relative(
        row.getString("family"), new DatasetSketch(List.of(row.getArrayOfIntegers("sketch"))));
  }
}
