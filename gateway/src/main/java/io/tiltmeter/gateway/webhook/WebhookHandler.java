package io.tiltmeter.gateway.webhook;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.http.DeletedView;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.PageView;
import io.tiltmeter.gateway.http.PathPart;
import io.tiltmeter.gateway.http.Query;
import io.tiltmeter.gateway.http.Reply;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.limit.Throttle;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code /v1/webhook_endpoints}. */
public final class WebhookHandler {
  static final String ENDPOINT = "/v1/webhook_endpoints/:endpoint";

  private static final String ENDPOINTS = "/v1/webhook_endpoints";
  private static final int MAX_BODY_BYTES = 1 << 16;
  private static final int LIMIT = 20;
  private static final int MAX_LIMIT = 100;

  /** Each waits for a server that the customer names, and that need not be the customer's. */
  private static final int TESTS_PER_MINUTE = 6;

  private final Database database;
  private final Parts parts;
  private final Endpoints endpoints;
  private final EndpointStore store;
  private final DeliveryHandler deliveries;
  private final Throttle tests;

  /** What it works with. */
  public record Parts(SecretBox box, WebhookSender sender, WebhookSettings settings, Clock clock) {}

  public WebhookHandler(Database database, Parts parts) {
    this.database = database;
    this.parts = parts;
    this.endpoints = new Endpoints(parts.box(), parts.clock());
    this.store = new EndpointStore(parts.clock());
    this.deliveries = new DeliveryHandler(database, endpoints, parts.clock());
    this.tests = new Throttle(TESTS_PER_MINUTE, "send %d test messages", parts.clock());
  }

  /** Adds its routes. */
  public void mount(Router router) {
    router.post(ENDPOINTS).handler(this::create);
    router.get(ENDPOINTS).handler(this::list);
    router.get(ENDPOINT).handler(this::get);
    router.post(ENDPOINT).handler(this::update);
    router.delete(ENDPOINT).handler(this::delete);
    router.post(ENDPOINT + "/rotate_secret").handler(this::rotate);
    router.post(ENDPOINT + "/test").handler(this::test);
    router.get("/v1/webhook_event_types").handler(WebhookHandler::eventTypes);
    deliveries.mount(router);
  }

  private void create(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    EndpointRequest request = EndpointRequest.parse(body(context), parts.settings());
    Endpoints.Issued issued = database.inTransaction(sql -> endpoints.create(sql, caller, request));
    Reply.json(context, EndpointView.withSecret(issued.endpoint(), issued.secret()));
  }

  private static Members body(RoutingContext context) {
    return Members.of(Json.object(RequestBody.read(context, MAX_BODY_BYTES)));
  }

  private void list(RoutingContext context) {
    UUID tenantId = Authentication.tenant(context).tenantId();
    Query query = Query.of(context);
    int limit = query.limit(LIMIT, MAX_LIMIT);
    List<WebhookEndpoint> found =
        store.list(database, tenantId, query.text("after").orElse(null), limit + 1);
    Reply.json(context, PageView.page(found, limit, WebhookEndpoint::id, EndpointView::from));
  }

  private void get(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    Reply.json(
        context, EndpointView.from(endpoints.find(database, caller.tenantId(), id(context))));
  }

  private void update(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = id(context);
    Members body = body(context);
    Boolean enabled = body.truth("enabled").orElse(null);
    WebhookEndpoint updated =
        database.inTransaction(
            sql -> {
              WebhookEndpoint before = endpoints.lock(sql, caller.tenantId(), id);
              EndpointRequest to = EndpointRequest.parse(body, before, parts.settings());
              body.refuseOthers();
              return endpoints.update(sql, caller, before, to, enabled);
            });
    Reply.json(context, EndpointView.from(updated));
  }

  private void delete(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = id(context);
    database.transact(sql -> endpoints.delete(sql, caller, id));
    Reply.json(context, DeletedView.of("webhook_endpoint.deleted", id));
  }

  private void rotate(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    String id = id(context);
    Endpoints.Issued issued = database.inTransaction(sql -> endpoints.rotate(sql, caller, id));
    Reply.json(context, EndpointView.withSecret(issued.endpoint(), issued.secret()));
  }

  /** A test message that arrived; one that did not is answered with an error. */
  record TestView(
      String object, String webhookEndpointId, String eventType, boolean success, int statusCode) {}

  private void test(RoutingContext context) {
    Caller.Tenant caller = Authentication.tenant(context);
    Members body = body(context);
    EventType type = eventType(body, body.needText("event_type"));
    body.refuseOthers();
    WebhookEndpoint endpoint = endpoints.find(database, caller.tenantId(), id(context));
    tests.take(context.response(), caller.tenantId());
    Reply.json(context, view(endpoint, type, send(endpoint, type)));
  }

  private static EventType eventType(Members body, String name) {
    return EventType.find(name)
        .orElseThrow(
            () ->
                RequestException.invalid(
                    "invalid_value",
                    body.at("event_type"),
                    "Invalid value for 'event_type': expected one of %s."
                        .formatted(String.join(", ", EventType.names()))));
  }

  private Attempt send(WebhookEndpoint endpoint, EventType type) {
    Delivery.Event event =
        new Delivery.Event(NewId.of("evt_test_"), type.wireName(), "test", parts.clock().instant());
    WebhookSender.Message message =
        new WebhookSender.Message(
            event.id(),
            EventView.json(event),
            endpoint.secrets().at(parts.clock().instant(), parts.box(), endpoint.id()));
    return parts.sender().send(endpoint.url(), message);
  }

  private static TestView view(WebhookEndpoint endpoint, EventType type, Attempt attempt) {
    return switch (attempt) {
      case Attempt.Answered(int status) when Attempt.arrived(status) ->
          new TestView("webhook_endpoint.test", endpoint.id(), type.wireName(), true, status);
      case Attempt.Answered(int status) -> throw testFailed("the server answered " + status);
      case Attempt.Failed(String problem) -> throw testFailed(problem);
    };
  }

  private static RequestException testFailed(String problem) {
    return RequestException.invalid(
        "webhook_test_failed", null, "The test message did not arrive: %s.".formatted(problem));
  }

  private static void eventTypes(RoutingContext context) {
    Authentication.tenant(context);
    Reply.json(context, Map.of("object", "list", "data", EventType.names()));
  }

  private static String id(RoutingContext context) {
    return PathPart.of(context, "endpoint");
  }
}
