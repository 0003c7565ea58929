package io.tiltmeter.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be answered as wanted.
 *
 * <p>The message goes to the caller: it says what was expected, what was found and what to do, and
 * never quotes training text.
 */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final @Nullable String param;

  /**
   * @param status HTTP status, 400 to 599
   * @param code stable name of the failure, in snake case
   * @param param the member of the request that is at fault, if one is
   */
  public RequestException(int status, String code, @Nullable String param, String message) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }

  /** A request that is wrong in itself: status 400. */
  public static RequestException invalid(String code, @Nullable String param, String message) {
    return new RequestException(400, code, param, message);
  }

  /** Something that is not there, or not this caller's: status 404, in the same words for both. */
  public static RequestException notFound(String what, String id) {
    return new RequestException(404, "not_found", null, "No such %s: %s".formatted(what, id));
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public @Nullable String param() {
    return param;
  }
}
