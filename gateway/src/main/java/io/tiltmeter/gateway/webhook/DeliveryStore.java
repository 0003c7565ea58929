package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The log of deliveries. */
final class DeliveryStore {
  private static final String SELECT =
      """
      select webhook_delivery.*, type, object_id, webhook_event.created_at as happened_at
      from webhook_delivery join webhook_event on webhook_event.id = event_id
        and webhook_event.tenant_id = webhook_delivery.tenant_id
      """;

  private final Clock clock;

  DeliveryStore(Clock clock) {
    this.clock = clock;
  }

  /** Adds an event and its deliveries to these endpoints; the ids of the deliveries. */
  List<String> add(Sql transaction, UUID tenantId, Delivery.Event event, List<String> endpoints) {
    transaction.run(
        """
        insert into webhook_event (id, tenant_id, type, object_id, created_at)
        values ($1, $2, $3, $4, $5)
        """,
        event.id(),
        tenantId,
        event.type(),
        event.objectId(),
        event.at());
    return endpoints.stream().map(to -> add(transaction, tenantId, event, to)).toList();
  }

  private static String add(Sql sql, UUID tenantId, Delivery.Event event, String endpoint) {
    String id = NewId.of("whdel_");
    sql.run(
        """
        insert into webhook_delivery (id, tenant_id, event_id, endpoint_id, state, since, next_at,
          created_at)
        values ($1, $2, $3, $4, 'pending', $5, $5, $5)
        """,
        id,
        tenantId,
        event.id(),
        endpoint,
        event.at());
    return id;
  }

  /** A delivery that is still to be sent, whoever it belongs to; for workers. */
  Optional<Delivery> pending(Sql sql, String id) {
    return sql.find(
        DeliveryStore::delivery,
        SELECT + " where webhook_delivery.id = $1 and state = 'pending'",
        id);
  }

  /** This delivery to this tenant's endpoint. */
  Optional<Delivery> find(Sql sql, WebhookEndpoint endpoint, String id) {
    return sql.find(
        DeliveryStore::delivery,
        SELECT
            + """
             where webhook_delivery.tenant_id = $1 and endpoint_id = $2
              and webhook_delivery.id = $3
            """,
        endpoint.tenantId(),
        endpoint.id(),
        id);
  }

  /**
   * Deliveries to this tenant's endpoint, newest first.
   *
   * @param after only those that are older than the one of this id; an unknown id gives none
   */
  List<Delivery> list(Sql sql, WebhookEndpoint endpoint, @Nullable String after, int limit) {
    return sql.list(
        DeliveryStore::delivery,
        SELECT
            + """
             where webhook_delivery.tenant_id = $1 and endpoint_id = $2
              and ($3::text is null or (webhook_delivery.created_at, webhook_delivery.id) <
                (select created_at, id from webhook_delivery
                  where tenant_id = $1 and endpoint_id = $2 and id = $3))
            order by webhook_delivery.created_at desc, webhook_delivery.id desc limit $4
            """,
        endpoint.tenantId(),
        endpoint.id(),
        after,
        limit);
  }

  /**
   * Writes down what came of sending it.
   *
   * @param nextAt when it is sent again; null where it is not
   */
  void attempted(Sql transaction, Delivery delivery, Result result, @Nullable Instant nextAt) {
    transaction.run(
        """
        update webhook_delivery set state = $3, attempts = attempts + 1, attempted_at = $4,
          next_at = $5, status = $6, problem = $7
        where tenant_id = $1 and id = $2
        """,
        delivery.tenantId(),
        delivery.id(),
        result.state().wireName(),
        clock.instant(),
        nextAt,
        result.status(),
        result.problem());
  }

  /** Sends it only then. */
  void postpone(Sql transaction, Delivery delivery, Instant nextAt) {
    transaction.run(
        """
        update webhook_delivery set next_at = $3
        where tenant_id = $1 and id = $2 and state = 'pending'
        """,
        delivery.tenantId(),
        delivery.id(),
        nextAt);
  }

  /** Where it stands after sending it, and what the server or the connection said. */
  record Result(Delivery.State state, @Nullable Integer status, @Nullable String problem) {}

  /** Sends it no more, for this reason. */
  void abandon(Sql transaction, Delivery delivery, String problem) {
    transaction.run(
        """
        update webhook_delivery set state = 'failed', next_at = null, problem = $3
        where tenant_id = $1 and id = $2 and state = 'pending'
        """,
        delivery.tenantId(),
        delivery.id(),
        problem);
  }

  /** Sends nothing more to an endpoint that was disabled. */
  void abandonAll(Sql transaction, WebhookEndpoint endpoint) {
    transaction.run(
        """
        update webhook_delivery set state = 'failed', next_at = null,
          problem = 'the endpoint was disabled'
        where tenant_id = $1 and endpoint_id = $2 and state = 'pending'
        """,
        endpoint.tenantId(),
        endpoint.id());
  }

  /** Has it sent anew; whether nobody was about to send it. */
  boolean replay(Sql transaction, Delivery delivery) {
    return transaction.change(
        """
        update webhook_delivery set state = 'pending', since = $3, next_at = $3
        where tenant_id = $1 and id = $2 and state <> 'pending'
        """,
        delivery.tenantId(),
        delivery.id(),
        clock.instant());
  }

  /** Removes events, and what is known of their deliveries, that are older than this. */
  void forget(Sql transaction, Instant before) {
    transaction.run(
        """
        delete from work_item where kind = 'deliver' and done_at is not null and subject in
          (select webhook_delivery.id from webhook_delivery
            join webhook_event on webhook_event.id = event_id
            where webhook_event.created_at < $1)
        """,
        before);
    transaction.run(
        """
        delete from webhook_event where created_at < $1 and not exists
          (select 1 from webhook_delivery where event_id = webhook_event.id and state = 'pending')
        """,
        before);
  }

  private static Delivery delivery(Row row) {
    return new Delivery(
        row.getString("id"),
        row.getUUID("tenant_id"),
        row.getString("endpoint_id"),
        new Delivery.Event(
            row.getString("event_id"),
            row.getString("type"),
            row.getString("object_id"),
            row.getOffsetDateTime("happened_at").toInstant()),
        Delivery.State.of(row.getString("state")),
        row.getInteger("attempts"),
        row.getOffsetDateTime("since").toInstant(),
        instant(row.getOffsetDateTime("attempted_at")),
        instant(row.getOffsetDateTime("next_at")),
        row.getInteger("status"),
        row.getString("problem"),
        row.getOffsetDateTime("created_at").toInstant());
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }
}
