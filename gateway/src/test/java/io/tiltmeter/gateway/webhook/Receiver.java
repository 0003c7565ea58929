package io.tiltmeter.gateway.webhook;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.Headers;
import com.openai.models.webhooks.UnwrapWebhookEvent;
import com.openai.models.webhooks.WebhookVerificationParams;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** A customer's server on loopback, which keeps what it is sent. */
public final class Receiver implements AutoCloseable {
  private static final int BACKLOG = 16;
  private static final byte[] PIECE = new byte[1 << 16];

  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile boolean endless;

  private Receiver(HttpServer server) {
    this.server = server;
  }

  /** What it was sent; the names of headers are in lower case. */
  public record Received(Map<String, String> headers, String path, String body) {

    /** The event in it, if the official SDK finds it signed with this secret, whenever that was. */
    public UnwrapWebhookEvent unwrap(String secret) {
      Headers.Builder given = Headers.builder();
      headers.forEach(given::put);
      return OpenAIOkHttpClient.builder()
          .apiKey("unused")
          .build()
          .webhooks()
          .unwrap(
              WebhookVerificationParams.builder()
                  .payload(body)
                  .headers(given.build())
                  .secret(secret)
                  .tolerance(Duration.ofDays(36_500))
                  .build());
    }
  }

  public static Receiver start() {
    try {
      return start(HttpServer.create(loopback(), BACKLOG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that has a certificate. */
  static Receiver start(SSLContext certificate) {
    try {
      HttpsServer server = HttpsServer.create(loopback(), BACKLOG);
      server.setHttpsConfigurator(new HttpsConfigurator(certificate));
      return start(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Receiver start(HttpServer server) {
    Receiver receiver = new Receiver(server);
    server.createContext("/", receiver::take);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return receiver;
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    received.add(
        new Received(
            exchange.getRequestHeaders().entrySet().stream()
                .collect(
                    Collectors.toUnmodifiableMap(
                        entry -> entry.getKey().toLowerCase(Locale.ROOT),
                        entry -> entry.getValue().getFirst())),
            exchange.getRequestURI().toString(),
            new String(body, StandardCharsets.UTF_8)));
    exchange.getResponseHeaders().add("Location", "/elsewhere");
    if (endless) {
      exchange.sendResponseHeaders(status, 0);
      write(exchange.getResponseBody());
    } else {
      exchange.sendResponseHeaders(status, -1);
    }
    exchange.close();
  }

  /** Until the other side closes. */
  @SuppressWarnings("InfiniteLoopStatement") // The write ends it.
  private static void write(OutputStream out) throws IOException {
    while (true) {
      out.write(PIECE);
    }
  }

  /** Answers with this status from now on. */
  public Receiver answering(int with) {
    status = with;
    return this;
  }

  /** Sends bodies without end from now on. */
  Receiver endless() {
    endless = true;
    return this;
  }

  /** Its address by this name. */
  URI url(String host) {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(
        "%s://%s:%d/hooks?a=b".formatted(scheme, host, server.getAddress().getPort()));
  }

  public URI url() {
    return url("127.0.0.1");
  }

  public List<Received> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
