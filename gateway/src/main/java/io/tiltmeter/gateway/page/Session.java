package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.page.Viewer;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Digest;
import java.util.Optional;
import java.util.UUID;

/**
 * Somebody who is signed in.
 *
 * @param hash of the token in the cookie; the token itself is kept nowhere
 * @param csrf what every form of this session sends back
 */
record Session(Digest hash, Caller caller, String csrf) {

  /** The tenant whose jobs this person sees; staff sees those of all. */
  Optional<UUID> tenantId() {
    return caller instanceof Caller.Tenant tenant
        ? Optional.of(tenant.tenantId())
        : Optional.empty();
  }

  Viewer viewer() {
    return new Viewer(caller.holder(), caller instanceof Caller.Staff, csrf);
  }
}
