package io.tiltmeter.gateway.demo;

import io.tiltmeter.gateway.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Talks to a gateway as its customers and its staff do: over HTTP, with their keys. */
final class DemoClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String BOUNDARY = "tiltmeter-demo-boundary";
  private static final int LAST_OK = 299;

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI url;

  DemoClient(URI url) {
    this.url = url;
  }

  JsonNode get(String path, String key) {
    return send(request(path, key).GET().build());
  }

  JsonNode post(String path, String key, Map<String, Object> body) {
    return send(
        request(path, key)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(Json.text(body)))
            .build());
  }

  JsonNode put(String path, String key, String body) {
    return send(request(path, key).PUT(BodyPublishers.ofString(body)).build());
  }

  /** Uploads a training file. */
  JsonNode upload(Path file, String key) throws IOException {
    String head =
        """
        --%1$s\r
        content-disposition: form-data; name="purpose"\r
        \r
        fine-tune\r
        --%1$s\r
        content-disposition: form-data; name="file"; filename="%2$s"\r
        content-type: application/octet-stream\r
        \r
        """
            .formatted(BOUNDARY, file.getFileName());
    String body = head + Files.readString(file) + "\r\n--%s--\r\n".formatted(BOUNDARY);
    return send(
        request("/v1/files", key)
            .header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .build());
  }

  private HttpRequest.Builder request(String path, String key) {
    return HttpRequest.newBuilder(url.resolve(path))
        .timeout(PATIENCE)
        .header("authorization", "Bearer " + key);
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() > LAST_OK) {
        throw new DemoException(
            "%s %s was answered with %d: %s"
                .formatted(
                    request.method(),
                    request.uri().getPath(),
                    response.statusCode(),
                    response.body()));
      }
      return Json.own(response.body());
    } catch (IOException e) {
      throw new DemoException("the gateway cannot be reached: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted while the gateway worked", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
