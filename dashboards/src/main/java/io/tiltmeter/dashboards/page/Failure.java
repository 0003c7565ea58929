package io.tiltmeter.dashboards.page;

import org.jspecify.annotations.Nullable;

/**
 * A page that says why there is no page.
 *
 * @param status the HTTP status
 * @param explanation one or two sentences: what happened and what to do
 * @param requestId to quote to the operator; null if there is none
 */
public record Failure(int status, String title, String explanation, @Nullable String requestId) {

  /** 404. What does not exist and what belongs to others look alike. */
  public static Failure notFound() {
    return new Failure(
        404,
        "Nothing here",
        "There is no such page, or it belongs to somebody else. Check the address, or look in the"
            + " list of jobs.",
        null);
  }

  /** 403. */
  public static Failure forbidden(String explanation) {
    return new Failure(403, "Not allowed", explanation, null);
  }

  /** 400 or 409: a form that cannot be accepted. */
  public static Failure refused(int status, String explanation) {
    return new Failure(status, "This could not be accepted", explanation, null);
  }

  /** 500. */
  public static Failure internal(String requestId) {
    return new Failure(
        500,
        "Something broke",
        "The page could not be made. Nothing was changed. Try again in a moment; if it stays so,"
            + " give the operator the number below.",
        requestId);
  }
}
