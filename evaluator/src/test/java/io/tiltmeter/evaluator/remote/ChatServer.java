package io.tiltmeter.evaluator.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An inference server on loopback that answers as it is told to. */
final class ChatServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Function<JsonNode, Response> behaviour;
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  /** A response; {@code retryAfter} is empty where the header is missing. */
  record Response(int status, String body, String retryAfter) {
    static Response of(int status, String body) {
      return new Response(status, body, "");
    }

    static Response answer(String text) {
      return answer(Map.of("message", message(text), "finish_reason", "stop"));
    }

    static Response answer(String text, List<Double> logProbabilities) {
      List<Object> tokens = new ArrayList<>();
      logProbabilities.forEach(value -> tokens.add(Map.of("token", "x", "logprob", value)));
      return answer(
          Map.of(
              "message",
              message(text),
              "finish_reason",
              "stop",
              "logprobs",
              Map.of("content", tokens)));
    }

    private static Map<String, String> message(String text) {
      return Map.of("role", "assistant", "content", text);
    }

    private static Response answer(Map<String, Object> choice) {
      return of(
          200,
          JSON.writeValueAsString(
              Map.of("choices", List.of(choice), "usage", Map.of("completion_tokens", 3))));
    }
  }

  private ChatServer(Function<JsonNode, Response> behaviour) throws IOException {
    this.behaviour = behaviour;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  static ChatServer start(Function<JsonNode, Response> behaviour) {
    try {
      return new ChatServer(behaviour);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
      JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
      requests.add(request);
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
      Response response = behaviour.apply(request);
      open.decrementAndGet();
      if (!response.retryAfter().isEmpty()) {
        exchange.getResponseHeaders().add("retry-after", response.retryAfter());
      }
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  Endpoint endpoint(String model, String key) {
    return new Endpoint(
        URI.create("http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort())), model, key);
  }

  List<JsonNode> requests() {
    return requests;
  }

  List<String> keys() {
    return keys;
  }

  int mostOpen() {
    return mostOpen.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
