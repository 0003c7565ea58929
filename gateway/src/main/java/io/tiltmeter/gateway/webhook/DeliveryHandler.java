package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.PageView;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** The log of deliveries to an endpoint; ours. */
final class DeliveryHandler {
  private static final String DELIVERIES = WebhookHandler.ENDPOINT + "/deliveries";
  private static final int LIMIT = 20;
  private static final int MAX_LIMIT = 100;

  private final Database database;
  private final Endpoints endpoints;
  private final DeliveryStore deliveries;
  private final WorkStore work;

  DeliveryHandler(Database database, Endpoints endpoints, Clock clock) {
    this.database = database;
    this.endpoints = endpoints;
    this.deliveries = new DeliveryStore(clock);
    this.work = new WorkStore(clock);
  }

  void mount(Router router) {
    router.get(DELIVERIES).handler(this::list);
    router.post(DELIVERIES + "/:delivery/replay").handler(this::replay);
  }

  private void list(RoutingContext context) {
    UUID tenantId = Authentication.tenant(context).tenantId();
    Query query = Query.of(context);
    int limit = query.limit(LIMIT, MAX_LIMIT);
    WebhookEndpoint endpoint = endpoints.find(database, tenantId, PathPart.of(context, "endpoint"));
    List<Delivery> found =
        deliveries.list(database, endpoint, query.text("after").orElse(null), limit + 1);
    Reply.json(context, PageView.page(found, limit, Delivery::id, DeliveryView::from));
  }

  private void replay(RoutingContext context) {
    UUID tenantId = Authentication.tenant(context).tenantId();
    String endpoint = PathPart.of(context, "endpoint");
    String delivery = PathPart.of(context, "delivery");
    Delivery again = database.inTransaction(sql -> replay(sql, tenantId, endpoint, delivery));
    Reply.json(context, DeliveryView.from(again));
  }

  private Delivery replay(Sql sql, UUID tenantId, String endpointId, String id) {
    // The work first, as the worker that sends it does.
    work.lock(sql, id);
    WebhookEndpoint endpoint = endpoints.lock(sql, tenantId, endpointId);
    Delivery delivery = find(sql, endpoint, id);
    if (endpoint.disabled() != null) {
      throw RequestException.invalid(
          "webhook_endpoint_disabled",
          null,
          "Webhook endpoint %s is disabled; enable it with {\"enabled\": true} first."
              .formatted(endpointId));
    }
    if (!deliveries.replay(sql, delivery)) {
      throw RequestException.invalid(
          "delivery_pending", null, "Delivery %s is pending and is sent anyway.".formatted(id));
    }
    work.renew(sql, WorkKind.DELIVER, id);
    return find(sql, endpoint, id);
  }

  private Delivery find(Sql sql, WebhookEndpoint endpoint, String id) {
    return deliveries
        .find(sql, endpoint, id)
        .orElseThrow(() -> RequestException.notFound("delivery", id));
  }
}
