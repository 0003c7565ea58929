package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.blob.FullDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Uploads over a bare socket: cut off, too big, very big. */
class UploadFaultsTest {
  private static final String HEAD =
      Form.head("purpose") + "fine-tune\r\n" + Form.head("file\"; filename=\"a.jsonl");
  private static final String TAIL = "\r\n" + Form.END;
  private static final int MEBIBYTE = 1 << 20;

  @TempDir static Path folder;
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = ApiServer.start(folder.resolve("blobs"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Socket open(long length, String extra) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    write(
        socket,
        "POST /v1/files HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(server.acme, Form.TYPE, length, extra));
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    byte[] piece = new byte[8192];
    while (text.indexOf("}") < 0) {
      int read = in.read(piece);
      if (read < 0) {
        break;
      }
      text.append(new String(piece, 0, read, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  @Test
  void upload_whoseConnectionBreaks_leavesNothing() throws Exception {
    Path incoming = folder.resolve("blobs/incoming");
    long files = files();
    try (WatchService watch = incoming.getFileSystem().newWatchService()) {
      incoming.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Socket socket = open(10_000, "");
      write(socket, HEAD + "{\"messages\"");
      WatchKey created = watch.poll(20, TimeUnit.SECONDS);
      assertThat(created).isNotNull();
      created.pollEvents();
      created.reset();
      incoming.register(watch, StandardWatchEventKinds.ENTRY_DELETE);
      socket.close();
      assertThat(watch.poll(20, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(incoming).isEmptyDirectory();
    assertThat(files()).isEqualTo(files);
  }

  private static long files() {
    return server
        .database
        .find(row -> row.getLong(0), "select count(*) from training_file")
        .orElseThrow();
  }

  @Test
  @EnabledIf("hasFullDevice")
  void upload_toAFullDisk_saysSoAndRegistersNothing(@TempDir Path full) throws IOException {
    try (ApiServer other = ApiServer.start(full, FullDisk.store(full))) {
      HttpResponse<String> answer =
          other.send(
              other
                  .request(other.acme, "/v1/files")
                  .header("Content-Type", Form.TYPE)
                  .POST(BodyPublishers.ofString(HEAD + "{}" + TAIL)));

      assertThat(answer.statusCode()).isEqualTo(507);
      assertThat(answer.body())
          .isEqualTo(
              JobsApiTest.error(
                  "There is no room for this file here; nothing of it was kept.",
                  "server_error",
                  "null",
                  "storage_full"));
      assertThat(other.get(other.acme, "/v1/files").body()).contains("\"data\":[]");
    }
    assertThat(full.resolve("incoming")).isEmptyDirectory();
  }

  static boolean hasFullDevice() {
    return Files.exists(FullDisk.DEVICE);
  }

  @Test
  void upload_thatAnnouncesTooMuch_isRefusedBeforeItIsSent() throws IOException {
    try (Socket socket = open(ApiServer.FILE_BYTES + MEBIBYTE, "Expect: 100-continue\r\n")) {
      assertThat(answer(socket))
          .startsWith("HTTP/1.1 413 ")
          .contains("a training file may have at most " + ApiServer.FILE_BYTES + " bytes")
          .contains("\"param\":\"file\",\"code\":\"file_too_large\"");
    }
  }

  @Test
  void upload_thatAsksFirst_isToldToGoOn() throws IOException {
    String body = HEAD + "{}" + TAIL;
    try (Socket socket = open(body.length(), "Expect: 100-continue\r\n")) {
      byte[] told = new byte["HTTP/1.1 100 Continue\r\n\r\n".length()];
      socket.getInputStream().readNBytes(told, 0, told.length);
      assertThat(new String(told, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 100 ");
      write(socket, body);
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void upload_of200MiB_needsNoHeapForIt() throws IOException {
    long length = 200L * MEBIBYTE;
    byte[] piece = new byte[MEBIBYTE];
    Arrays.fill(piece, (byte) '\r');
    long before = usedHeap();
    try (Socket socket = open(HEAD.length() + length + TAIL.length(), "")) {
      write(socket, HEAD);
      long grown = 0;
      for (int sent = 0; sent < 200; sent++) {
        socket.getOutputStream().write(piece);
        if (sent % 50 == 49) {
          grown = Math.max(grown, usedHeap() - before);
        }
      }
      write(socket, TAIL);
      assertThat(answer(socket)).contains("\"bytes\":" + length);
      assertThat(grown).as("bytes of heap in the midst of the upload").isLessThan(16 * MEBIBYTE);
    }
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void slowUpload_doesNotHoldUpOtherRequests() throws IOException {
    String body = HEAD + "{}" + TAIL;
    try (Socket socket = open(body.length(), "")) {
      write(socket, HEAD);
      assertThat(server.get(server.acme, "/v1/models").statusCode()).isEqualTo(200);
      write(socket, "{}" + TAIL);
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void upload_thatIsFinished_leavesNoStagingFile() throws IOException {
    try (Socket socket = open((HEAD + "x" + TAIL).length(), "")) {
      write(socket, HEAD + "x" + TAIL);
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
    }
    try (Stream<Path> left = Files.list(folder.resolve("blobs/incoming"))) {
      assertThat(left).isEmpty();
    }
  }
}
