package io.tiltmeter.gateway.file;

import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Removes bytes once no file and no part of an upload has them any more. */
public final class ByteRemoval {
  /** Locks in one transaction; PostgreSQL has room for thousands. */
  private static final int AT_ONCE = 100;

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
  public static ByteRemoval blocking(BlobStore blobs, Database database, FileStore files) {
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
   * <p>In transactions of its own: what had them must be gone for good before they are.
   *
   * @return how many were there and nobody's
   */
  public long removeUnlessNeeded(Collection<Digest> digests) {
    // In one order for everybody, or two removals could wait for each other.
    List<Digest> all =
        digests.stream().distinct().sorted(Comparator.comparing(Digest::hex)).toList();
    long removed = 0;
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      removed += removeSome(all.subList(from, Math.min(from + AT_ONCE, all.size())));
    }
    return removed;
  }

  private long removeSome(List<Digest> digests) {
    List<Digest> free = free(database, digests);
    return free.isEmpty() ? 0 : database.inTransaction(sql -> removeLocked(sql, free));
  }

  private long removeLocked(Sql transaction, List<Digest> digests) {
    files.lockBytes(transaction, digests);
    return free(transaction, digests).stream().filter(disk).count();
  }

  private List<Digest> free(Sql sql, List<Digest> digests) {
    Set<Digest> needed = files.needed(sql, digests);
    return digests.stream().filter(digest -> !needed.contains(digest)).toList();
  }
}
