package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.metrics.Meters;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Counts and times requests by their route's pattern, which is bounded, never by their path. */
final class RequestMeter {
  private static final String UNKNOWN = "unknown";

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
                route(context),
                context.request().method().name(),
                context.response().getStatusCode(),
                Duration.ofNanos(System.nanoTime() - started)));
    context.next();
  }

  private static String route(RoutingContext context) {
    Route route = context.currentRoute();
    return route == null || route.getPath() == null ? UNKNOWN : route.getPath();
  }
}
