package io.tiltmeter.dashboards.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tiltmeter.dashboards.asset.Asset;
import io.tiltmeter.dashboards.asset.Assets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** Serves the sample pages on loopback, headers included, to be looked at in a browser. */
final class PreviewServer {
  private static final String EVENTS =
      """
      retry: 60000

      id: 20
      data: {"sequence":20,"created_at":1795577600,"level":"warn",\
      "message":"<img src=x onerror=alert(1)> \\u202egnp"}

      event: stage
      data: {}

      """;

  private final Assets assets = Assets.load();
  private volatile boolean ended;

  private PreviewServer() {}

  /** Argument: the port. Pages are at {@code /NAME} and {@code /NAME?dark}. */
  public static void main(String[] arguments) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
    HttpServer server = HttpServer.create(address, 0);
    PreviewServer preview = new PreviewServer();
    server.createContext("/", preview::page);
    server.createContext(Assets.PATH, preview::asset);
    server.createContext("/jobs/", preview::stream);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** {@code /live} is a job that ends while it is watched. */
  private void page(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(1);
    Theme theme = Theme.ofWireName(exchange.getRequestURI().getQuery());
    String shown = name.equals("live") ? (ended ? "released" : "training") : name;
    var pages = SamplePages.all(theme);
    String html = pages.getOrDefault(shown, String.join("\n", pages.keySet()));
    exchange.getResponseHeaders().set("Content-Type", Pages.CONTENT_TYPE);
    exchange.getResponseHeaders().set("Content-Security-Policy", Pages.CONTENT_SECURITY_POLICY);
    send(exchange, html.getBytes(StandardCharsets.UTF_8));
  }

  private void asset(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(Assets.PATH.length());
    Asset asset = assets.find(name).orElseThrow();
    exchange.getResponseHeaders().set("Content-Type", asset.contentType());
    exchange.getResponseHeaders().set("ETag", asset.etag());
    send(exchange, asset.bytes());
  }

  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    ended = true;
    exchange.getResponseBody().write(EVENTS.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static void send(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
