package io.tiltmeter.evaluator.scan;

import io.tiltmeter.policy.lineage.Digest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * A mark on disk: key, pass, place, what was seen in Java's serialisation, and SHA-256 of all that.
 *
 * <p>A file that was cut, was damaged, has another key or comes from another build holds no mark.
 * One takes the place of another as a whole or not at all.
 */
final class MarkFile {
  /** What looks keep has some tens of megabytes; more comes only with a listing of all rows. */
  static final long MOST_BYTES = 512L << 20;

  private static final int DIGEST_BYTES = 32;
  private static final int BUFFER = 1 << 16;

  /** Looks are of this product, and of collections, numbers and texts. */
  private static final ObjectInputFilter FILTER =
      ObjectInputFilter.Config.createFilter("io.tiltmeter.**;java.util.*;java.lang.*;!*");

  private final Path file;
  private final Digest key;

  /**
   * A file that may exist.
   *
   * @param key of what is scanned and how
   */
  MarkFile(Path file, Digest key) {
    this.file = file;
    this.key = key;
  }

  /**
   * Puts a mark in the place of any before.
   *
   * @throws IOException if it cannot be written, or has more than {@link #MOST_BYTES}; what was
   *     there stays
   */
  void write(Mark mark) throws IOException {
    Path fresh = Files.createTempFile(file.getParent(), "mark", ".new");
    try {
      try (OutputStream out = new Bounded(Files.newOutputStream(fresh))) {
        MessageDigest digest = Digest.newMessageDigest();
        write(mark, new DigestOutputStream(out, digest));
        out.write(digest.digest());
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private void write(Mark mark, OutputStream digested) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(digested, BUFFER));
    out.writeUTF(key.hex());
    out.writeInt(mark.pass());
    out.writeLong(mark.place().lines());
    out.writeLong(mark.place().bytes());
    out.writeBoolean(mark.place().isEnd());
    ObjectOutputStream objects = new ObjectOutputStream(out);
    objects.writeObject(mark.seen());
    objects.flush();
  }

  /** The mark, if it is one for this key; a file that is none is removed as far as it can be. */
  Optional<Mark> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      if (isUndamaged()) {
        Optional<Mark> mark = mark();
        if (mark.isPresent()) {
          return mark;
        }
      }
      Files.deleteIfExists(file);
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      // Another build wrote it, or it cannot be read: the scan begins anew and writes over it.
      return Optional.empty();
    }
    return Optional.empty();
  }

  private boolean isUndamaged() throws IOException {
    long body = Files.size(file) - DIGEST_BYTES;
    if (body <= 0 || body > MOST_BYTES) {
      return false;
    }
    MessageDigest digest = Digest.newMessageDigest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (long left = body; left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          return false;
        }
        digest.update(buffer, 0, count);
        left -= count;
      }
      return Arrays.equals(digest.digest(), in.readNBytes(DIGEST_BYTES));
    }
  }

  private Optional<Mark> mark() throws IOException, ClassNotFoundException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
      if (!in.readUTF().equals(key.hex())) {
        return Optional.empty();
      }
      int pass = in.readInt();
      Place place = new Place(in.readLong(), in.readLong(), in.readBoolean());
      ObjectInputStream objects = new ObjectInputStream(in);
      objects.setObjectInputFilter(FILTER);
      return Optional.of(new Mark(pass, place, (Seen) objects.readObject()));
    }
  }

  /** Refuses to become longer than a mark may be. */
  private static final class Bounded extends FilterOutputStream {
    private long written;

    Bounded(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      if (written > MOST_BYTES) {
        throw new IOException("what was seen has more than %d bytes".formatted(MOST_BYTES));
      }
      out.write(bytes, offset, length);
    }
  }
}
