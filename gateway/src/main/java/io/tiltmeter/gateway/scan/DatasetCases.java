package io.tiltmeter.gateway.scan;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.review.Review;
import java.util.Map;

/** Decisions of people on cases of training files. */
public final class DatasetCases {
  private final Database database;
  private final DatasetCaseStore store;
  private final AuditStore audit;

  public DatasetCases(Database database, DatasetCaseStore store, AuditStore audit) {
    this.database = database;
    this.store = store;
    this.audit = audit;
  }

  /**
   * Closes a case: somebody has looked at it and says what follows. Nothing else changes by it.
   *
   * @throws RequestException if there is no such case, it is closed, or the reason is no reason;
   *     nothing is written
   */
  public void close(Caller.Staff person, String id, String reason) {
    Review.requireReason(reason);
    database.transact(
        sql -> {
          DatasetCase on =
              store.find(sql, id).orElseThrow(() -> RequestException.notFound("case", id));
          if (!store.close(sql, id, person, reason.strip())) {
            throw new RequestException(409, "case_closed", null, "This case is closed.");
          }
          audit.append(
              sql,
              new AuditEntry.Fact(
                  person.holder(),
                  "close-dataset-case",
                  on.fileId(),
                  Map.of(
                      "case", id,
                      "key", person.keyId(),
                      "reason", reason.strip(),
                      "evidence", on.evidence().toString())));
        });
  }
}
