package io.tiltmeter.evaluator.remote;

import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.RunnerException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** One model behind a server; asked greedily, so that an answer does not depend on chance. */
final class RemoteModel {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST_BODY = 4 << 20;
  private static final int SEED = 7;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /**
   * Time-outs, limits of rate, and servers that are starting or overloaded (RFC 9110, RFC 6585).
   */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  private final HttpClient http;
  private final Endpoint endpoint;
  private final RemoteSettings settings;

  RemoteModel(HttpClient http, Endpoint endpoint, RemoteSettings settings) {
    this.http = http;
    this.endpoint = endpoint;
    this.settings = settings;
  }

  /**
   * Asks one question; blocks until the answer is there.
   *
   * @throws RunnerException if it cannot be had
   */
  Completion ask(Ask ask, int maxTokens, boolean logProbabilities) throws InterruptedException {
    HttpRequest request = request(body(ask, maxTokens, logProbabilities));
    String trouble = "";
    Duration pause = settings.pause();
    for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
      Duration asked = Duration.ZERO;
      try {
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        String body = read(response);
        if (response.statusCode() == 200) {
          return Completion.read(body, logProbabilities, endpoint);
        }
        trouble = "status " + response.statusCode();
        if (!PASSING.contains(response.statusCode())) {
          throw failed(trouble);
        }
        asked = retryAfter(response);
      } catch (IOException e) {
        // The message of a library may quote what was sent.
        trouble = e.getClass().getSimpleName();
      }
      if (attempt < settings.attempts()) {
        Thread.sleep(shorter(longer(pause, asked), LONGEST_PAUSE));
        pause = pause.multipliedBy(2);
      }
    }
    throw failed("%s, %d times".formatted(trouble, settings.attempts()));
  }

  private RunnerException failed(String what) {
    return new RunnerException(
        "%s could not be asked: %s; check the address, the model's name and the key"
            .formatted(endpoint, what));
  }

  private HttpRequest request(Map<String, Object> body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint.completions())
            .timeout(settings.answer())
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
    if (endpoint.key() != null) {
      request.header("authorization", "Bearer " + endpoint.key());
    }
    return request.build();
  }

  private Map<String, Object> body(Ask ask, int maxTokens, boolean logProbabilities) {
    if (!(ask.input() instanceof Ask.Input.Chat chat)) {
      throw new RunnerException(
          "%s takes chat turns, found a prompt without a template; ask it through messages"
              .formatted(endpoint));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", endpoint.model());
    body.put("messages", messages(chat));
    body.put("max_tokens", maxTokens);
    body.put("temperature", 0);
    body.put("top_p", 1);
    body.put("seed", SEED);
    body.put("n", 1);
    body.put("stream", false);
    if (logProbabilities) {
      body.put("logprobs", true);
    }
    return body;
  }

  private static List<Map<String, String>> messages(Ask.Input.Chat chat) {
    return chat.messages().stream()
        .map(message -> Map.of("role", message.role().wireName(), "content", message.content()))
        .toList();
  }

  private String read(HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(LONGEST_BODY + 1);
      if (bytes.length > LONGEST_BODY) {
        throw new RunnerException(
            "%s sent more than %d bytes for one answer".formatted(endpoint, LONGEST_BODY));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static Duration retryAfter(HttpResponse<?> response) {
    Optional<String> seconds = response.headers().firstValue("retry-after");
    return seconds
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
        .orElse(Duration.ZERO);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
