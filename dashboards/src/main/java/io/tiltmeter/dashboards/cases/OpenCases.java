package io.tiltmeter.dashboards.cases;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /cases}.
 *
 * @param filter only those; null for all
 * @param cases oldest first
 * @param counts of all that are open, whatever the filter
 * @param firstPage whether nothing comes before them
 * @param next id of the case after which the next page begins; null if there is none
 */
public record OpenCases(
    @Nullable Filter filter,
    List<OpenCase> cases,
    Counts counts,
    boolean firstPage,
    @Nullable String next) {

  public OpenCases {
    cases = List.copyOf(cases);
  }

  /** A kind of case that can be looked at alone. */
  public enum Filter {
    APPEALS("appeals", "Appeals"),
    JOBS("jobs", "Held jobs"),
    DATASETS("datasets", "Past training files");

    private final String wireName;
    private final String text;

    Filter(String wireName, String text) {
      this.wireName = wireName;
      this.text = text;
    }

    /** The value of the query parameter {@code show}. */
    public String wireName() {
      return wireName;
    }

    /** What people read. */
    public String text() {
      return text;
    }

    /** The filter of this name, if there is one. */
    public static Optional<Filter> ofWireName(String wireName) {
      return Stream.of(values()).filter(filter -> filter.wireName().equals(wireName)).findFirst();
    }
  }

  /**
   * How many are open.
   *
   * @param oldest when the oldest was opened; null if none is
   */
  public record Counts(long appeals, long jobs, long datasets, @Nullable Instant oldest) {

    /** How many a filter leaves; null leaves all. */
    public long of(@Nullable Filter filter) {
      return switch (filter) {
        case APPEALS -> appeals;
        case JOBS -> jobs;
        case DATASETS -> datasets;
        case null -> jobs + datasets;
      };
    }
  }

  /** The address of the first page under a filter. */
  public static String href(@Nullable Filter filter) {
    return filter == null ? "/cases" : "/cases?show=" + filter.wireName();
  }
}
