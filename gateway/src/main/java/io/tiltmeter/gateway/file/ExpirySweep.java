package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes files whose time is over. Their customers have not seen them since; one that an
 * unfinished job needs stays until the job has ended.
 */
public final class ExpirySweep {
  private static final Logger LOG = LoggerFactory.getLogger(ExpirySweep.class);
  private static final int AT_ONCE = 1000;

  private final Database database;
  private final FileStore files;
  private final ByteRemoval removal;

  public ExpirySweep(Database database, BlobStore blobs, Clock clock) {
    this.database = database;
    this.files = new FileStore(clock);
    this.removal = ByteRemoval.blocking(blobs, database, files);
  }

  /**
   * Removes what has expired, up to a thousand; blocks meanwhile.
   *
   * @throws io.tiltmeter.gateway.db.DatabaseException if the database cannot be asked; what was not
   *     looked at stays
   */
  public void run() {
    List<FileStore.Expired> expired = files.expired(database, AT_ONCE);
    long removed = expired.stream().filter(this::remove).count();
    if (removed > 0) {
      LOG.info("removed {} training files that have expired", removed);
    }
  }

  private boolean remove(FileStore.Expired file) {
    boolean removed = database.inTransaction(sql -> files.deleteUnlessUsed(sql, file));
    if (removed) {
      // What a crash before this leaves behind, the sweep of orphans finds.
      removal.removeUnlessNeeded(List.of(file.digest()));
    }
    return removed;
  }
}
