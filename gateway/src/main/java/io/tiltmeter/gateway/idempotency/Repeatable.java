package io.tiltmeter.gateway.idempotency;

import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request is known again by.
 *
 * @param key the customer's own, from the header {@code Idempotency-Key}; null if it sent none
 * @param digest of its method, its path and what it says
 */
public record Repeatable(UUID tenantId, @Nullable String key, Digest digest) {
  private static final String HEADER = "Idempotency-Key";
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

  /** A request by its whole body. */
  public static Repeatable of(RoutingContext context, Caller.Tenant caller, byte[] body) {
    return of(context, caller, Digest.of(body));
  }

  /**
   * A request by what it says, where the same can be said in other bytes, as with the boundary of a
   * form.
   *
   * @throws RequestException with status 400 if its key is none
   */
  public static Repeatable of(RoutingContext context, Caller.Tenant caller, Digest said) {
    return new Repeatable(
        caller.tenantId(),
        requireKey(context),
        Digest.of(
            "%s %s %s".formatted(context.request().method(), context.normalizedPath(), said)));
  }

  /**
   * The key of a request, for one whose body is yet to come.
   *
   * @return null if it has none
   * @throws RequestException with status 400 if its key is none
   */
  public static @Nullable String requireKey(RoutingContext context) {
    String key = context.request().getHeader(HEADER);
    if (key != null && !KEY.matcher(key).matches()) {
      throw RequestException.invalid(
          "invalid_value",
          HEADER,
          "Expected 1 to 255 printable ASCII characters without spaces as Idempotency-Key.");
    }
    return key;
  }
}
