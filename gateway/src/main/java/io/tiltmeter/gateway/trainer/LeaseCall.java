package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.ext.web.RoutingContext;

/**
 * A call under a lease: who makes it, and with which token.
 *
 * @param tokenHash SHA-256 of the token that came with the call
 */
record LeaseCall(Caller.Trainer caller, String lease, Digest tokenHash) {
  private static final String TOKEN = "X-Lease-Token";

  /**
   * Reads who calls.
   *
   * @throws RequestException with status 403 if it is no trainer, 400 if it sent no token
   */
  static LeaseCall of(RoutingContext context) {
    Caller.Trainer caller = Authentication.trainer(context);
    String token = context.request().getHeader(TOKEN);
    if (token == null) {
      throw RequestException.invalid(
          "missing_token", TOKEN, "Expected the lease's token in the header X-Lease-Token.");
    }
    return new LeaseCall(caller, String.valueOf(context.pathParam("lease")), Digest.of(token));
  }
}
