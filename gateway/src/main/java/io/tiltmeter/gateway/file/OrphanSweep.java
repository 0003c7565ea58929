package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the bytes that neither a training file nor a part of one has: a process that ends between
 * storing an upload and writing it down leaves them, and so does one that ends before it has
 * removed those of a deleted file.
 */
public final class OrphanSweep {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);

  /** Far longer than an upload takes from its last byte to its row. */
  private static final Duration AGE = Duration.ofHours(1);

  private final ByteRemoval removal;
  private final BlobStore blobs;
  private final Clock clock;

  public OrphanSweep(Database database, BlobStore blobs, Clock clock) {
    this.removal = ByteRemoval.blocking(blobs, database, new FileStore(clock));
    this.blobs = blobs;
    this.clock = clock;
  }

  /**
   * Looks at every blob once; blocks meanwhile.
   *
   * @throws io.tiltmeter.gateway.db.DatabaseException if the database cannot be asked; what was not
   *     looked at stays
   */
  public void run() {
    try {
      long removed = removal.removeUnlessNeeded(blobs.writtenBefore(clock.instant().minus(AGE)));
      if (removed > 0) {
        LOG.info("removed {} uploads that no training file has", removed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the uploads cannot be listed", e);
    }
  }
}
