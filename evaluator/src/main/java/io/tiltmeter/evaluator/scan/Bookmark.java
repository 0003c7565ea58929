package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far a scan is, kept in a folder of its own, so that a scan that was stopped at any moment
 * goes on there and finds the same.
 *
 * <p>For each pass what was seen so far, or of all rows, is kept; with it go texts of the file, so
 * that the folder is for its owner only. It takes some fifty megabytes a pass, and at most a
 * fiftieth of the scan's time. Where it cannot be written the scan goes on without. For one scan at
 * a time; two of the same file with the same folder do no harm.
 */
public final class Bookmark {
  /** For scans that begin anew when they were stopped. */
  public static final Bookmark NONE = new Bookmark(null, Digest.of(""), Pace.USUAL);

  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(7);

  private final @Nullable Path folder;
  private final Digest key;
  private final Pace pace;
  private long last = System.nanoTime();
  private volatile long due;
  private int resumed;
  private @Nullable String trouble;

  /** Passes of which there is a mark: those of later ones are of no use without them. */
  private volatile int marked;

  /**
   * A bookmark.
   *
   * @param folder null to keep nothing
   * @param key marks with another are none
   */
  Bookmark(@Nullable Path folder, Digest key, Pace pace) {
    this.folder = folder;
    this.key = key;
    this.pace = pace;
    this.due = last + pace.after(0);
  }

  /**
   * One in this folder, which is made when it is needed; nothing else may be kept there.
   *
   * @param file digest of what is scanned
   */
  public static Bookmark in(Path folder, Digest file, ScanSettings settings, PackPrints packs) {
    return new Bookmark(folder, key(file, settings, packs), Pace.USUAL);
  }

  /**
   * One for a file in a folder for bookmarks of any file, of which those that nobody has gone on
   * from for a week are removed.
   *
   * @throws IOException if the file cannot be read
   */
  public static Bookmark among(Path folder, Path file, ScanSettings settings, PackPrints packs)
      throws IOException {
    Digest digest = digestOf(file);
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> others = Files.newDirectoryStream(folder, Bookmark::isOld)) {
        others.forEach(Bookmark::clear);
      }
    }
    return in(folder.resolve(digest.hex()), digest, settings, packs);
  }

  private static boolean isOld(Path folder) throws IOException {
    try {
      Instant changed = Files.getLastModifiedTime(folder).toInstant();
      return changed.isBefore(Clock.systemUTC().instant().minus(FORGOTTEN_AFTER));
    } catch (NoSuchFileException e) {
      // Another scan has ended meanwhile.
      return false;
    }
  }

  private static Digest digestOf(Path file) throws IOException {
    MessageDigest digest = Digest.newMessageDigest();
    try (OutputStream nowhere = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      Files.copy(file, nowhere);
    }
    return Digest.finish(digest);
  }

  /** Of all that what looks see depends on; threads do not matter. */
  static Digest key(Digest file, ScanSettings settings, PackPrints packs) {
    Map<String, Object> parts = new TreeMap<>();
    parts.put("file", file.toString());
    parts.put("versions", ScanVersions.CURRENT.digest().toString());
    parts.put("packs", packs.packs().stream().map(Digest::toString).toList());
    parts.put("method", settings.method() == null ? "" : settings.method().wireName());
    parts.put("max_line_bytes", settings.maxLineBytes());
    parts.put("max_problems", settings.maxProblems());
    parts.put("max_lines", settings.maxLines());
    return Digest.of(CanonicalJson.of(parts));
  }

  /**
   * Takes in what an earlier scan saw in a pass.
   *
   * @param seen with fresh looks for this pass
   * @return where the pass goes on
   */
  Place restore(int pass, Seen seen) {
    Optional<Mark> mark =
        markFile(pass).flatMap(MarkFile::read).filter(found -> found.pass() == pass);
    mark.map(Mark::seen).ifPresent(seen::add);
    if (mark.isPresent()) {
      marked = pass;
      resumed = pass;
    }
    return mark.map(Mark::place).orElse(Place.BEGINNING);
  }

  private Optional<MarkFile> markFile(int pass) {
    return Optional.ofNullable(folder).map(in -> new MarkFile(in.resolve("pass-" + pass), key));
  }

  /** The pauses of a pass. */
  Pauses of(int pass) {
    return new Pauses() {
      @Override
      public boolean isDue() {
        return isOpen(pass) && System.nanoTime() - due >= 0;
      }

      @Override
      public void keep(Place place, Seen seen) {
        Bookmark.this.keep(new Mark(pass, place, seen));
      }
    };
  }

  private boolean isOpen(int pass) {
    return folder != null && trouble == null && marked >= pass - 1;
  }

  /** Keeps a mark; that of a pass's end only where it saves some time. */
  void keep(Mark mark) {
    long started = System.nanoTime();
    boolean isWorthIt =
        !mark.place().isEnd() || marked == mark.pass() || pace.isWorthKeeping(started - last);
    if (folder == null || !isOpen(mark.pass()) || !isWorthIt) {
      return;
    }
    try {
      create(folder);
      new MarkFile(folder.resolve("pass-" + mark.pass()), key).write(mark);
      marked = mark.pass();
    } catch (IOException e) {
      trouble = e.toString();
    }
    last = System.nanoTime();
    due = last + pace.after(last - started);
  }

  private static void create(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** The pass in which the scan went on where an earlier one was stopped; 0 where it began anew. */
  public int resumedInPass() {
    return resumed;
  }

  /** Why nothing is kept any more, if so. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Removes all that is kept: the scan has ended, or nobody wants it any more. */
  public void clear() {
    if (folder != null) {
      clear(folder);
    }
  }

  /**
   * Removes a folder of bookmarks.
   *
   * @throws UncheckedIOException if it is there and stays
   */
  public static void clear(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (NoSuchFileException e) {
      // Another scan of the same file removed it meanwhile.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("bookmarks at %s cannot be removed".formatted(folder), e);
    }
  }
}
