package io.tiltmeter.journeys.site;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Somebody with a key.
 *
 * @param key as {@code keys create} showed it
 */
public record Caller(GatewayProcess gateway, String key) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration UPLOAD_PATIENCE = Duration.ofMinutes(10);
  private static final int UNREACHED_LENGTH = 1 << 30;
  private static final String BOUNDARY = "journey-boundary";

  public Reply get(String path) {
    return send(request(path).GET().build());
  }

  public Reply post(String path, Map<String, Object> body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(Reply.JSON.writeValueAsString(body)))
            .build());
  }

  public Reply put(String path, String body) {
    return send(request(path).PUT(BodyPublishers.ofString(body)).build());
  }

  public Reply upload(String name, byte[] content) {
    BodyPublisher body =
        BodyPublishers.concat(
            BodyPublishers.ofString(formHead(name)),
            BodyPublishers.ofByteArray(content),
            BodyPublishers.ofString(formTail()));
    return send(uploading(body));
  }

  /** A request that uploads this form. */
  public HttpRequest uploading(BodyPublisher body) {
    return request("/v1/files")
        .timeout(UPLOAD_PATIENCE)
        .header("content-type", "multipart/form-data; boundary=" + BOUNDARY)
        .POST(body)
        .build();
  }

  /**
   * Begins an upload of which only zero bytes follow, and which nobody ends.
   *
   * @param bytes of the file that are sent
   * @return the connection, whose reads wait for as long as other requests do
   */
  public Socket beginUpload(String name, int bytes) {
    URI url = gateway.url();
    String head =
        """
        POST /v1/files HTTP/1.1\r
        host: %s\r
        authorization: Bearer %s\r
        content-type: multipart/form-data; boundary=%s\r
        content-length: %d\r
        \r
        """
            .formatted(url.getAuthority(), key, BOUNDARY, UNREACHED_LENGTH);
    try {
      Socket connection = new Socket(url.getHost(), url.getPort());
      connection.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      OutputStream out = connection.getOutputStream();
      out.write((head + formHead(name)).getBytes(StandardCharsets.UTF_8));
      out.write(new byte[bytes]);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String formHead(String name) {
    return """
        --%1$s\r
        content-disposition: form-data; name="purpose"\r
        \r
        fine-tune\r
        --%1$s\r
        content-disposition: form-data; name="file"; filename="%2$s"\r
        content-type: application/octet-stream\r
        \r
        """
        .formatted(BOUNDARY, name);
  }

  public static String formTail() {
    return "\r\n--%s--\r\n".formatted(BOUNDARY);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gateway.url().resolve(path))
        .timeout(PATIENCE)
        .header("authorization", "Bearer " + key);
  }

  /** Gets anything without a key, as an operator's monitoring does. */
  public static Reply plain(URI address) {
    return send(HttpRequest.newBuilder(address).timeout(PATIENCE).build());
  }

  public static Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Reply(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
