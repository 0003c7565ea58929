package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.db.Sql;
import io.vertx.sqlclient.Row;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where webhook endpoints are kept. */
final class EndpointStore {
  private final Clock clock;

  EndpointStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * What an endpoint is made of.
   *
   * @param sealed its secret, encrypted
   * @param keyId the API key that made it
   */
  record NewEndpoint(
      String id, UUID tenantId, EndpointRequest request, String sealed, String hint, String keyId) {
    @Override
    public String toString() {
      return "NewEndpoint[%s]".formatted(id);
    }
  }

  void insert(Sql transaction, NewEndpoint endpoint) {
    transaction.run(
        """
        insert into webhook_endpoint (id, tenant_id, name, url, event_types, secret, secret_hint,
          created_by, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
        """,
        endpoint.id(),
        endpoint.tenantId(),
        endpoint.request().name(),
        endpoint.request().url().toString(),
        endpoint.request().eventTypes().toArray(String[]::new),
        endpoint.sealed(),
        endpoint.hint(),
        endpoint.keyId(),
        clock.instant());
  }

  /** How many the tenant has; no other transaction counts them until this one ends. */
  long count(Sql transaction, UUID tenantId) {
    transaction.run("select id from tenant where id = $1 for no key update", tenantId);
    return transaction
        .find(
            row -> row.getLong("n"),
            "select count(*) as n from webhook_endpoint where tenant_id = $1",
            tenantId)
        .orElseThrow();
  }

  /**
   * Ids of the tenant's endpoints that want to hear of this. They are not locked: one that is
   * deleted meanwhile gets a delivery that its worker ends.
   */
  List<String> wanting(Sql sql, UUID tenantId, EventType type) {
    return sql.list(
        row -> row.getString("id"),
        """
        select id from webhook_endpoint
        where tenant_id = $1 and disabled_at is null and $2 = any(event_types) order by id
        """,
        tenantId,
        type.wireName());
  }

  /** This tenant's endpoint. */
  Optional<WebhookEndpoint> find(Sql sql, UUID tenantId, String id) {
    return sql.find(
        EndpointStore::endpoint,
        "select * from webhook_endpoint where tenant_id = $1 and id = $2",
        tenantId,
        id);
  }

  /** As {@link #find}, locked until the transaction ends. */
  Optional<WebhookEndpoint> lock(Sql transaction, UUID tenantId, String id) {
    return transaction.find(
        EndpointStore::endpoint,
        "select * from webhook_endpoint where tenant_id = $1 and id = $2 for update",
        tenantId,
        id);
  }

  /**
   * This tenant's endpoints, newest first.
   *
   * @param after only those that are older than the one of this id; an unknown id gives none
   */
  List<WebhookEndpoint> list(Sql sql, UUID tenantId, @Nullable String after, int limit) {
    return sql.list(
        EndpointStore::endpoint,
        """
        select * from webhook_endpoint
        where tenant_id = $1 and ($2::text is null or (created_at, id) <
          (select created_at, id from webhook_endpoint where tenant_id = $1 and id = $2))
        order by created_at desc, id desc limit $3
        """,
        tenantId,
        after,
        limit);
  }

  void update(Sql transaction, WebhookEndpoint endpoint, EndpointRequest to) {
    transaction.run(
        """
        update webhook_endpoint set name = $3, url = $4, event_types = $5, updated_at = $6
        where tenant_id = $1 and id = $2
        """,
        endpoint.tenantId(),
        endpoint.id(),
        to.name(),
        to.url().toString(),
        to.eventTypes().toArray(String[]::new),
        clock.instant());
  }

  /** Sends to it again; what failed before is forgotten. */
  void enable(Sql transaction, WebhookEndpoint endpoint) {
    transaction.run(
        """
        update webhook_endpoint set disabled_at = null, disabled_for = null, failing_since = null,
          failures = 0, retry_at = null, updated_at = $3
        where tenant_id = $1 and id = $2 and disabled_at is not null
        """,
        endpoint.tenantId(),
        endpoint.id(),
        clock.instant());
  }

  /** Sends to it no more; whether something was sent before. */
  boolean disable(Sql transaction, WebhookEndpoint endpoint, WebhookEndpoint.Reason reason) {
    return transaction.change(
        """
        update webhook_endpoint set disabled_at = $3, disabled_for = $4, updated_at = $3
        where tenant_id = $1 and id = $2 and disabled_at is null
        """,
        endpoint.tenantId(),
        endpoint.id(),
        clock.instant(),
        reason.wireName());
  }

  /** Gives it a new secret; the one that it had counts until then. */
  void rotate(Sql transaction, WebhookEndpoint endpoint, NewSecret secret, Instant until) {
    transaction.run(
        """
        update webhook_endpoint set previous_secret = secret, previous_until = $5, secret = $3,
          secret_hint = $4, updated_at = $6
        where tenant_id = $1 and id = $2
        """,
        endpoint.tenantId(),
        endpoint.id(),
        secret.sealed(),
        secret.hint(),
        until,
        clock.instant());
  }

  /** A secret, encrypted. */
  record NewSecret(String sealed, String hint) {}

  /** Writes down that a message arrived. */
  void arrived(Sql transaction, WebhookEndpoint endpoint) {
    transaction.run(
        """
        update webhook_endpoint set failing_since = null, failures = 0, retry_at = null
        where tenant_id = $1 and id = $2
        """,
        endpoint.tenantId(),
        endpoint.id());
  }

  /** Writes down that a message did not arrive, and when the next may be sent. */
  void missed(Sql transaction, WebhookEndpoint endpoint, Instant retryAt) {
    transaction.run(
        """
        update webhook_endpoint set failing_since = coalesce(failing_since, $3),
          failures = failures + 1, retry_at = $4
        where tenant_id = $1 and id = $2
        """,
        endpoint.tenantId(),
        endpoint.id(),
        clock.instant(),
        retryAt);
  }

  /** Removes an endpoint that is locked, with all of its deliveries. */
  void delete(Sql transaction, WebhookEndpoint endpoint) {
    UUID tenantId = endpoint.tenantId();
    String id = endpoint.id();
    transaction.run(
        "delete from webhook_delivery where tenant_id = $1 and endpoint_id = $2", tenantId, id);
    transaction.run("delete from webhook_endpoint where tenant_id = $1 and id = $2", tenantId, id);
  }

  private static WebhookEndpoint endpoint(Row row) {
    Instant disabledAt = instant(row.getOffsetDateTime("disabled_at"));
    return new WebhookEndpoint(
        row.getString("id"),
        row.getUUID("tenant_id"),
        row.getString("name"),
        URI.create(row.getString("url")),
        List.of(row.getArrayOfStrings("event_types")),
        row.getString("secret_hint"),
        new WebhookEndpoint.Secrets(
            row.getString("secret"),
            row.getString("previous_secret"),
            instant(row.getOffsetDateTime("previous_until"))),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant(),
        failing(row),
        disabledAt == null
            ? null
            : new WebhookEndpoint.Disabled(
                disabledAt, WebhookEndpoint.Reason.of(row.getString("disabled_for"))));
  }

  private static WebhookEndpoint.@Nullable Failing failing(Row row) {
    Instant since = instant(row.getOffsetDateTime("failing_since"));
    return since == null
        ? null
        : new WebhookEndpoint.Failing(
            since, row.getInteger("failures"), row.getOffsetDateTime("retry_at").toInstant());
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }
}
