package io.tiltmeter.dashboards.job;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only staff may know of a training file.
 *
 * @param origin who put it here, and what was said of where it comes from
 * @param scans every scan of it, newest first
 * @param excerpt a row that was asked for; null where none was
 */
public record DatasetDesk(Origin origin, List<Scan> scans, @Nullable Excerpt excerpt) {

  public DatasetDesk {
    scans = List.copyOf(scans);
  }

  /**
   * Where a file comes from.
   *
   * @param key id of the API key that uploaded it
   * @param address of the peer that sent it
   * @param digest of its bytes
   * @param source such as {@code web}, as the uploader says
   * @param label an address or a label, as the uploader says; null where there is none
   * @param metadata what Croissant metadata say; null where none came along
   */
  public record Origin(
      String key,
      String address,
      Instant at,
      String digest,
      String source,
      @Nullable String label,
      @Nullable Metadata metadata) {}

  /** Croissant metadata that describe these bytes; all but the name may be missing. */
  public record Metadata(
      String name, @Nullable String version, @Nullable String license, @Nullable String url) {}

  /**
   * One scan.
   *
   * @param outcome in words, under the job's policy
   * @param versions digest of what it was made with; null where that was not kept
   * @param decided whether the job was decided on it
   */
  public record Scan(
      int number, Instant at, String outcome, @Nullable String versions, boolean decided) {}

  /**
   * A few words of one row, most of them masked.
   *
   * @param problem why there are none; null where there are
   */
  public record Excerpt(long line, List<Said> turns, @Nullable String problem) {
    public Excerpt {
      turns = List.copyOf(turns);
    }
  }

  /** One message, masked. */
  public record Said(String speaker, String text) {}
}
