package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.http.Pace;
import io.tiltmeter.gateway.limit.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Senders that hold an upload open. */
class SlowUploadsTest {
  private static final int LENGTH = 200 << 20;
  private static final String HEAD =
      Form.head("purpose") + "fine-tune\r\n" + Form.head("file\"; filename=\"a.jsonl");

  @TempDir private Path folder;

  private ApiServer start(Pace pace) {
    return ApiServer.start(
        folder, new Limits(ApiServer.FILE_BYTES, Limits.Share.DEFAULT, Limits.Rate.DEFAULT, pace));
  }

  private static Socket open(ApiServer server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    write(
        socket,
        "POST /v1/files HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(server.acme, Form.TYPE, LENGTH, HEAD));
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String answer(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] piece = new byte[4096];
    for (int read = in.read(piece); read > 0 && text.indexOf("}}") < 0; read = in.read(piece)) {
      text.append(new String(piece, 0, read, StandardCharsets.UTF_8));
      if (text.indexOf("}}") >= 0) {
        break;
      }
    }
    return text.toString();
  }

  @Test
  void upload_thatStopsComing_isGivenUpAndLeavesNothing() throws IOException {
    try (ApiServer server = start(new Pace(Duration.ofMillis(300), 1));
        Socket socket = open(server)) {
      assertThat(answer(socket.getInputStream()))
          .startsWith("HTTP/1.1 408 ")
          .endsWith(
              JobsApiTest.error(
                  "No byte of the request's body came for 300 ms; send it again.",
                  "invalid_request_error",
                  "null",
                  "request_timeout"));
      assertThat(folder.resolve("incoming")).isEmptyDirectory();
    }
  }

  @Test
  void upload_thatComesInDrips_isGivenUpAndLeavesNothing() throws IOException {
    // Nothing that is written byte by byte reaches this rate.
    try (ApiServer server = start(new Pace(Duration.ofMillis(300), 1 << 30));
        Socket socket = open(server)) {
      InputStream in = socket.getInputStream();
      for (int sent = 0; sent < LENGTH / 2 && in.available() == 0; sent++) {
        socket.getOutputStream().write('x');
      }
      assertThat(answer(in))
          .startsWith("HTTP/1.1 408 ")
          .endsWith(
              JobsApiTest.error(
                  "Fewer than 1073741824 bytes a second of the request's body came, for 300 ms; send it again, faster.",
                  "invalid_request_error",
                  "null",
                  "request_timeout"));
      assertThat(folder.resolve("incoming")).isEmptyDirectory();
    }
  }
}
