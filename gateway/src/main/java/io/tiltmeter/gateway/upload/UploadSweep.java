package io.tiltmeter.gateway.upload;

import io.tiltmeter.gateway.blob.Blob;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.ByteRemoval;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends uploads that nobody has completed in time, and removes their parts. */
public final class UploadSweep {
  private static final Logger LOG = LoggerFactory.getLogger(UploadSweep.class);
  private static final int AT_ONCE = 1000;

  private final Database database;
  private final UploadStore uploads;
  private final ByteRemoval removal;

  public UploadSweep(Database database, BlobStore blobs, Clock clock) {
    this.database = database;
    this.uploads = new UploadStore(clock);
    this.removal = ByteRemoval.blocking(blobs, database, new FileStore(clock));
  }

  /**
   * Ends what is overdue, up to a thousand; blocks meanwhile.
   *
   * @throws io.tiltmeter.gateway.db.DatabaseException if the database cannot be asked; what was not
   *     looked at stays pending, and counts as expired all the same
   */
  public void run() {
    List<Upload> overdue = uploads.overdue(database, AT_ONCE);
    for (Upload upload : overdue) {
      // What a crash before the second step leaves behind, the sweep of orphans finds.
      removal.removeUnlessNeeded(database.inTransaction(sql -> end(sql, upload)));
    }
    if (!overdue.isEmpty()) {
      LOG.info("ended {} uploads that were not completed in time", overdue.size());
    }
  }

  private List<Digest> end(Sql transaction, Upload upload) {
    boolean isStillPending =
        uploads
            .lock(transaction, upload.tenantId(), upload.id())
            .filter(locked -> locked.state() == Upload.State.PENDING)
            .isPresent();
    if (!isStillPending) {
      return List.of();
    }
    List<Digest> parts =
        uploads.parts(transaction, upload).stream().map(Part::blob).map(Blob::digest).toList();
    uploads.end(transaction, upload, Upload.State.EXPIRED, null);
    return parts;
  }
}
