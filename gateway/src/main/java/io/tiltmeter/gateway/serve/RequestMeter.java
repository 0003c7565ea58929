package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.metrics.Meters;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;

/** Counts and times requests by their route's pattern, which is bounded, never by their path. */
final class RequestMeter {
  private static final String UNKNOWN = "unknown";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Meters meters;

  RequestMeter(Meters meters) {
    this.meters = meters;
  }

  void handle(RoutingContext context) {
    long started = System.nanoTime();
    context
        .response()
        .putHeader("content-security-policy", "default-src 'none'")
        .putHeader("x-content-type-options", "nosniff");
    context.addEndHandler(
        _ ->
            meters.request(
                new Meters.Answered(
                    route(context), method(context), context.response().getStatusCode()),
                Duration.ofNanos(System.nanoTime() - started)));
    context.next();
  }

  /** A sender may call its method anything; each would be a time series of its own. */
  private static String method(RoutingContext context) {
    String name = context.request().method().name();
    return METHODS.contains(name) ? name : UNKNOWN;
  }

  private static String route(RoutingContext context) {
    Route route = context.currentRoute();
    return route == null || route.getPath() == null ? UNKNOWN : route.getPath();
  }
}
