package io.tiltmeter.dashboards.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /jobs}: one page of jobs, newest first.
 *
 * @param filter the outcome that {@code ?status=} asks for; null for all
 * @param firstPage whether the list starts with the newest job
 * @param next the id for {@code ?after=} of the next page; null on the last page
 * @param example what the empty list tells a newcomer to type
 */
public record JobList(
    List<JobSummary> jobs,
    @Nullable Outcome filter,
    boolean firstPage,
    @Nullable String next,
    Example example) {

  public JobList {
    jobs = List.copyOf(jobs);
  }

  /**
   * What a first request looks like on this installation.
   *
   * @param apiUrl the address of the API, such as {@code https://api.example.org}
   * @param model a base model that exists
   */
  public record Example(String apiUrl, String model) {}

  /** The address of the same list with another filter. */
  public static String href(@Nullable Outcome filter) {
    return filter == null ? "/jobs" : "/jobs?status=" + filter.wireName();
  }
}
