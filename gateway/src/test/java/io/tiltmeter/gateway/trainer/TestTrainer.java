package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** A trainer that only speaks HTTP. */
final class TestTrainer {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String root;
  final String key;

  TestTrainer(int port, String key) {
    this.root = "http://127.0.0.1:%d/trainer/v1/".formatted(port);
    this.key = key;
  }

  /** What came back. */
  record Answer(int status, String text) {
    JsonNode json() {
      return Json.own(text);
    }

    /** The last part of the problem's type, and its detail. */
    String problem() {
      return json().path("type").asString("").replace("urn:tiltmeter:", "")
          + ": "
          + json().path("detail").asString("");
    }
  }

  /** A lease as the trainer holds it. */
  record Held(String id, String token, JsonNode envelope) {
    JsonNode manifest() {
      byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asString(""));
      return Json.object(payload);
    }
  }

  Answer ask() {
    return ask("{\"trainer\": \"gpu-7\", \"methods\": [\"supervised\"]}");
  }

  Answer ask(String saying) {
    return send(request("leases").POST(body(saying)));
  }

  Held lease() {
    return held(ask());
  }

  static Held held(Answer granted) {
    JsonNode node = granted.json();
    return new Held(
        node.path("lease").asString(""), node.path("token").asString(""), node.path("manifest"));
  }

  Answer get(Held lease, String path) {
    return send(leased(lease, path));
  }

  Answer post(Held lease, String path, String json) {
    return send(leased(lease, path).POST(body(json)));
  }

  Answer beat(Held lease, int step, int steps) {
    return post(
        lease,
        "heartbeat",
        "{\"step\": %d, \"steps\": %d, \"loss\": 0.22, \"checkpoint\": null}"
            .formatted(step, steps));
  }

  Answer put(Held lease, String path, byte[] bytes) {
    return put(lease, path, bytes, header(bytes));
  }

  Answer put(Held lease, String path, byte[] bytes, String digest) {
    return send(
        leased(lease, "files/" + path)
            .header("Digest", digest)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
  }

  static String header(byte[] bytes) {
    byte[] hash = HexFormat.of().parseHex(Digest.of(bytes).hex());
    return "sha-256=" + Base64.getEncoder().encodeToString(hash);
  }

  Answer complete(Held lease, Map<String, byte[]> files) {
    return post(
        lease, "complete", Json.text(Map.of("files", listed("", files), "trained_tokens", 42)));
  }

  /** Sends the files of a checkpoint and says that they are complete. */
  Answer checkpoint(Held lease, int step, Map<String, byte[]> files) {
    files.forEach((name, bytes) -> put(lease, "checkpoints/step-" + step + "/" + name, bytes));
    return announce(lease, step, files);
  }

  /** Says that the files of a checkpoint are complete. */
  Answer announce(Held lease, int step, Map<String, byte[]> files) {
    return post(
        lease,
        "checkpoints",
        Json.text(
            Map.of(
                "step",
                step,
                "loss",
                0.5,
                "files",
                listed("checkpoints/step-" + step + "/", files))));
  }

  private static List<Map<String, Object>> listed(String folder, Map<String, byte[]> files) {
    return new TreeMap<>(files)
        .entrySet().stream()
            .map(
                file ->
                    Map.<String, Object>of(
                        "path",
                        folder + file.getKey(),
                        "size",
                        file.getValue().length,
                        "sha256",
                        Digest.of(file.getValue()).hex()))
            .toList();
  }

  private HttpRequest.Builder leased(Held lease, String path) {
    return request("leases/%s/%s".formatted(lease.id(), path))
        .header("X-Lease-Token", lease.token());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(root + path)).header("Authorization", "Bearer " + key);
  }

  private static HttpRequest.BodyPublisher body(String json) {
    return HttpRequest.BodyPublishers.ofString(json);
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new IllegalStateException("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
