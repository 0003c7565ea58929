package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** Where what happened is put for the endpoints that want to hear of it. */
public final class Outbox {
  private final EndpointStore endpoints;
  private final DeliveryStore deliveries;
  private final WorkStore work;
  private final Clock clock;

  public Outbox(Clock clock) {
    this.endpoints = new EndpointStore(clock);
    this.deliveries = new DeliveryStore(clock);
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
    List<String> wanting = endpoints.wanting(transaction, tenantId, type);
    if (wanting.isEmpty()) {
      return;
    }
    Delivery.Event event =
        new Delivery.Event(NewId.of("evt_"), type.wireName(), objectId, clock.instant());
    deliveries
        .add(transaction, tenantId, event, wanting)
        .forEach(delivery -> work.request(transaction, WorkKind.DELIVER, delivery));
  }
}
