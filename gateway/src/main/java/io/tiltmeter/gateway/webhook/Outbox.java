package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Where what happened is put for the endpoints that want to hear of it. */
public final class Outbox {
  private final WorkStore work;
  private final Clock clock;

  public Outbox(Clock clock) {
    this.work = new WorkStore(clock);
    this.clock = clock;
  }

  /**
   * Has every endpoint of the tenant told that wants to hear of this.
   *
   * @param transaction the one that makes it true: nobody is told what was rolled back
   * @param objectId id of the job, alert or case; all that is told
   */
  public void publish(Sql transaction, UUID tenantId, EventType type, String objectId) {
    // Locked, so that none of them is deleted before this transaction ends.
    List<String> endpoints =
        transaction.list(
            row -> row.getString("id"),
            """
            select id from webhook_endpoint
            where tenant_id = $1 and disabled_at is null and $2 = any(event_types)
            order by id for key share
            """,
            tenantId,
            type.wireName());
    if (endpoints.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    String event = NewId.of("evt_");
    transaction.run(
        """
        insert into webhook_event (id, tenant_id, type, object_id, created_at)
        values ($1, $2, $3, $4, $5)
        """,
        event,
        tenantId,
        type.wireName(),
        objectId,
        now);
    endpoints.forEach(endpoint -> deliver(transaction, tenantId, event, endpoint, now));
  }

  private void deliver(Sql sql, UUID tenantId, String event, String endpoint, Instant now) {
    String id = NewId.of("whdel_");
    sql.run(
        """
        insert into webhook_delivery (id, tenant_id, event_id, endpoint_id, state, since, next_at,
          created_at)
        values ($1, $2, $3, $4, 'pending', $5, $5, $5)
        """,
        id,
        tenantId,
        event,
        endpoint,
        now);
    work.request(sql, WorkKind.DELIVER, id);
  }
}
