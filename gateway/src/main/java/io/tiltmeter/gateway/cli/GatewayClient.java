package io.tiltmeter.gateway.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks a running gateway as its staff and its customers do: over HTTP, with a key. */
final class GatewayClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LAST_OK = 299;
  private static final int CONFLICT = 409;

  /** Codes of the public API for what may not be done as things stand. */
  private static final Set<String> REFUSALS = Set.of("job_not_cancellable");

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final String root;
  private final String key;

  GatewayClient(URI url, String key) {
    this.root = url.toString().replaceAll("/+$", "");
    this.key = key;
  }

  /** What a gateway answers. */
  sealed interface Reply {
    /** It was done. */
    record Done(JsonNode body) implements Reply {}

    /** It may not be done as things stand. */
    record Refused(String detail) implements Reply {}
  }

  /**
   * Asks for something.
   *
   * @throws CommandException if the gateway cannot be reached, or answers with a failure
   */
  JsonNode get(String... path) {
    return get(Map.of(), path);
  }

  /**
   * Asks for something, with parameters.
   *
   * @throws CommandException likewise
   */
  JsonNode get(Map<String, String> query, String... path) {
    return switch (send("GET", BodyPublishers.noBody(), path(path) + query(query))) {
      case Reply.Done(JsonNode body) -> body;
      case Reply.Refused(String detail) -> throw new CommandException(detail);
    };
  }

  /**
   * Sends bytes.
   *
   * @throws CommandException likewise
   */
  Reply put(byte[] body, String... path) {
    return send("PUT", BodyPublishers.ofByteArray(body), path(path));
  }

  /**
   * Sends a JSON object, or nothing.
   *
   * @throws CommandException likewise
   */
  Reply post(String body, String... path) {
    return send("POST", BodyPublishers.ofString(body), path(path));
  }

  private Reply send(String method, BodyPublisher body, String target) {
    HttpRequest request;
    try {
      request =
          HttpRequest.newBuilder(URI.create(root + target))
              .timeout(PATIENCE)
              .header("authorization", "Bearer " + key)
              .header("content-type", "application/json")
              .method(method, body)
              .build();
    } catch (IllegalArgumentException e) {
      // Never the key itself, which the message quotes.
      throw new CommandException("the key or the address has characters that no request takes");
    }
    return reply(request, answer(request));
  }

  private static String path(String... parts) {
    StringBuilder path = new StringBuilder();
    for (String part : List.of(parts)) {
      path.append('/').append(escaped(part));
    }
    return path.toString();
  }

  private static String query(Map<String, String> query) {
    return query.isEmpty()
        ? ""
        : query.entrySet().stream()
            .map(entry -> "%s=%s".formatted(escaped(entry.getKey()), escaped(entry.getValue())))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpResponse<String> answer(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CommandException(
          "expected a gateway at %s, found none that answers (%s); is it running there?"
              .formatted(root, e.getClass().getSimpleName()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted while the gateway worked", e);
    }
  }

  private Reply reply(HttpRequest request, HttpResponse<String> response) {
    JsonNode body = body(response);
    int status = response.statusCode();
    if (status <= LAST_OK) {
      return new Reply.Done(body);
    }
    // Problem details, or the error object of the public API.
    JsonNode error = body.path("error");
    String detail = body.path("detail").asString(error.path("message").asString(""));
    boolean refused = status == CONFLICT || REFUSALS.contains(error.path("code").asString(""));
    if (refused && !detail.isEmpty()) {
      return new Reply.Refused(detail);
    }
    throw new CommandException(
        detail.isEmpty()
            ? "%s %s was answered with %d; is a gateway there?"
                .formatted(request.method(), request.uri(), status)
            : detail);
  }

  private JsonNode body(HttpResponse<String> response) {
    try {
      return Json.MAPPER.readTree(response.body());
    } catch (JacksonException e) {
      throw new CommandException(
          "expected JSON from %s, found something else; is a gateway there?".formatted(root), e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
