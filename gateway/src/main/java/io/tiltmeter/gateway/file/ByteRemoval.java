package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Predicate;

/** Removes bytes once nobody has them any more. */
public final class ByteRemoval {
  private final Database database;
  private final FileStore files;
  private final Predicate<Digest> disk;

  private ByteRemoval(Database database, FileStore files, Predicate<Digest> disk) {
    this.database = database;
    this.files = files;
    this.disk = disk;
  }

  /** For requests: the file work is done on threads of its own. */
  public static ByteRemoval on(FileWork work, Database database, FileStore files) {
    return new ByteRemoval(database, files, work::delete);
  }

  /** For threads that may wait for a disk. */
  static ByteRemoval blocking(BlobStore blobs, Database database, FileStore files) {
    return new ByteRemoval(database, files, digest -> delete(blobs, digest));
  }

  private static boolean delete(BlobStore blobs, Digest digest) {
    try {
      return blobs.delete(digest);
    } catch (IOException e) {
      throw new UncheckedIOException("an upload could not be removed", e);
    }
  }

  /**
   * Removes them unless somebody has them; whoever adds the same bytes waits for the answer.
   *
   * <p>In a transaction of its own: what had them must be gone for good before they are.
   *
   * @return whether they were there and nobody's
   */
  public boolean removeUnlessNeeded(Digest digest) {
    return !files.isNeeded(database, digest)
        && database.inTransaction(
            sql -> {
              files.lockBytes(sql, digest);
              return !files.isNeeded(sql, digest) && disk.test(digest);
            });
  }
}
