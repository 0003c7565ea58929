package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What customers do with their endpoints; each change is audited, never with a secret. */
final class Endpoints {
  /** How long the secret before the last rotation counts beside the new one. */
  static final Duration OVERLAP = Duration.ofHours(24);

  private static final int MOST = 20;

  private final EndpointStore store;
  private final DeliveryStore deliveries;
  private final SecretBox box;
  private final AuditStore audit;
  private final Clock clock;

  Endpoints(SecretBox box, Clock clock) {
    this.store = new EndpointStore(clock);
    this.deliveries = new DeliveryStore(clock);
    this.audit = new AuditStore(clock);
    this.box = box;
    this.clock = clock;
  }

  /** An endpoint and its new secret. */
  record Issued(WebhookEndpoint endpoint, SigningSecret secret) {}

  /**
   * Makes an endpoint.
   *
   * @throws RequestException with status 400 if the tenant has as many as it may
   */
  Issued create(Sql transaction, Caller.Tenant caller, EndpointRequest request) {
    if (store.count(transaction, caller.tenantId()) >= MOST) {
      throw RequestException.invalid(
          "too_many_webhook_endpoints",
          null,
          "An organisation may have at most %d webhook endpoints; delete one first."
              .formatted(MOST));
    }
    String id = NewId.of("whep_");
    SigningSecret secret = SigningSecret.create();
    store.insert(
        transaction,
        new EndpointStore.NewEndpoint(
            id, caller.tenantId(), request, box.seal(id, secret), secret.hint(), caller.keyId()));
    record(transaction, caller, "create-webhook-endpoint", id);
    return new Issued(find(transaction, caller.tenantId(), id), secret);
  }

  /**
   * Changes an endpoint.
   *
   * @param enabled whether anything is to be sent to it; null where that stays as it is
   */
  WebhookEndpoint update(
      Sql transaction,
      Caller.Tenant caller,
      WebhookEndpoint endpoint,
      EndpointRequest to,
      @Nullable Boolean enabled) {
    store.update(transaction, endpoint, to);
    if (enabled != null && enabled) {
      store.enable(transaction, endpoint);
    } else if (enabled != null
        && store.disable(transaction, endpoint, WebhookEndpoint.Reason.CUSTOMER)) {
      deliveries.abandonAll(transaction, endpoint);
    }
    record(transaction, caller, "update-webhook-endpoint", endpoint.id());
    return find(transaction, caller.tenantId(), endpoint.id());
  }

  /**
   * Gives an endpoint a new secret; until its receiver knows it, messages carry both signatures.
   */
  Issued rotate(Sql transaction, Caller.Tenant caller, String id) {
    WebhookEndpoint endpoint = lock(transaction, caller.tenantId(), id);
    SigningSecret secret = SigningSecret.create();
    store.rotate(
        transaction,
        endpoint,
        new EndpointStore.NewSecret(box.seal(id, secret), secret.hint()),
        clock.instant().plus(OVERLAP));
    record(transaction, caller, "rotate-webhook-secret", id);
    return new Issued(find(transaction, caller.tenantId(), id), secret);
  }

  void delete(Sql transaction, Caller.Tenant caller, String id) {
    store.delete(transaction, lock(transaction, caller.tenantId(), id));
    record(transaction, caller, "delete-webhook-endpoint", id);
  }

  private void record(Sql transaction, Caller.Tenant caller, String action, String id) {
    audit.append(
        transaction,
        new AuditEntry.Fact(caller.holder(), action, id, Map.of("key", caller.keyId())));
  }

  /**
   * The tenant's endpoint.
   *
   * @throws RequestException with status 404 if there is none
   */
  WebhookEndpoint find(Sql sql, UUID tenantId, String id) {
    return store.find(sql, tenantId, id).orElseThrow(() -> notFound(id));
  }

  /**
   * As {@link #find}, locked until the transaction ends.
   *
   * @throws RequestException likewise
   */
  WebhookEndpoint lock(Sql transaction, UUID tenantId, String id) {
    return store.lock(transaction, tenantId, id).orElseThrow(() -> notFound(id));
  }

  private static RequestException notFound(String id) {
    return RequestException.notFound("webhook endpoint", id);
  }
}
