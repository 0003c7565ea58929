package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.metrics.Meters;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Metrics and health, on a port of their own: for the operator's network, not for customers.
 *
 * <p>{@code /livez} depends on nothing; {@code /readyz} says whether this process can work now.
 */
final class Management {
  /** Shorter than what asks for readiness usually waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Meters meters;
  private final Map<String, BooleanSupplier> checks = new LinkedHashMap<>();

  Management(Meters meters, Database database, BooleanSupplier workers) {
    this.meters = meters;
    checks.put("database", () -> database.answersWithin(PATIENCE));
    checks.put("workers", workers);
  }

  void mount(Router router) {
    router.get("/metrics").handler(this::metrics);
    router.get("/livez").handler(Management::live);
    router.get("/readyz").handler(this::ready);
    router.get("/healthz").handler(this::ready);
  }

  private void metrics(RoutingContext context) {
    context
        .response()
        .putHeader("content-type", Meters.CONTENT_TYPE)
        .putHeader("content-security-policy", "default-src 'none'")
        .end(meters.scrape());
  }

  private static void live(RoutingContext context) {
    text(context, 200, "ok\n");
  }

  private void ready(RoutingContext context) {
    Map<String, Boolean> results = new LinkedHashMap<>();
    checks.forEach((name, check) -> results.put(name, check.getAsBoolean()));
    boolean ready = !results.containsValue(false);
    String lines =
        results.entrySet().stream()
            .map(result -> "%s %s%n".formatted(result.getValue() ? "ok" : "bad", result.getKey()))
            .collect(Collectors.joining());
    text(context, ready ? 200 : 503, lines);
  }

  private static void text(RoutingContext context, int status, String body) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "text/plain; charset=utf-8")
        .putHeader("cache-control", "no-store")
        .end(body);
  }
}
