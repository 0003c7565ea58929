package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong with uploads in parts, to the letter. */
class UploadErrorsTest {
  private static final String UPLOADS = "/v1/uploads";
  private static final String HEAD = Form.head("data\"; filename=\"part");
  private static final String TAIL = "\r\n" + Form.END;

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

  private static void assertError(
      HttpResponse<String> response, int status, String code, String param, String message) {
    assertThat(response.body())
        .isEqualTo(
            JobsApiTest.error(
                message.replace("\"", "\\\""),
                "invalid_request_error",
                param.isEmpty() ? "null" : "\"" + param + "\"",
                code));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
  }

  private static String create(long bytes) {
    return id(
        server.post(
            server.acme,
            UPLOADS,
            "{\"filename\":\"a.jsonl\",\"purpose\":\"fine-tune\",\"mime_type\":\"text/plain\",\"bytes\":%d}"
                .formatted(bytes)));
  }

  private static String id(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body().replaceAll("\\{\"id\":\"(\\w+)\".*", "$1");
  }

  private static HttpResponse<String> send(String key, String upload, String form) {
    return server.send(
        server
            .request(key, UPLOADS + "/" + upload + "/parts")
            .header("Content-Type", Form.TYPE)
            .POST(BodyPublishers.ofString(form)));
  }

  private static String add(String upload, String data) {
    return id(send(server.acme, upload, Form.of("D:" + data)));
  }

  private static HttpResponse<String> complete(String upload, String members) {
    return server.post(server.acme, UPLOADS + "/" + upload + "/complete", "{" + members + "}");
  }

  private static String partIds(String... ids) {
    return Stream.of(ids).collect(Collectors.joining("\",\"", "\"part_ids\":[\"", "\"]"));
  }

  private static HttpResponse<String> cancel(String key, String upload) {
    return server.post(key, UPLOADS + "/" + upload + "/cancel", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          "filename":"a","purpose":"batch","mime_type":"a/b","bytes":1|invalid_value|purpose|Invalid value for 'purpose': expected "fine-tune", the only purpose that files have here.
          "purpose":"fine-tune","mime_type":"a/b","bytes":1|missing_required_parameter|filename|Missing required parameter: 'filename'.
          "filename":"","purpose":"fine-tune","mime_type":"a/b","bytes":1|invalid_value|filename|Expected a file name of 1 to 255 characters without control characters.
          "filename":"a","mime_type":"a/b","bytes":1|missing_required_parameter|purpose|Missing required parameter: 'purpose'.
          "filename":"a","purpose":"fine-tune","bytes":1|missing_required_parameter|mime_type|Missing required parameter: 'mime_type'.
          "filename":"a","purpose":"fine-tune","mime_type":"jsonl","bytes":1|invalid_value|mime_type|Invalid value for 'mime_type': expected a media type such as "application/jsonl".
          "filename":"a","purpose":"fine-tune","mime_type":"a/b"|missing_required_parameter|bytes|Missing required parameter: 'bytes'.
          "filename":"a","purpose":"fine-tune","mime_type":"a/b","bytes":0|invalid_value|bytes|Invalid value for 'bytes': expected a whole number from 1 to 314572800, got 0.
          "filename":"a","purpose":"fine-tune","mime_type":"a/b","bytes":314572801|invalid_value|bytes|Invalid value for 'bytes': expected a whole number from 1 to 314572800, got 314572801.
          "filename":"a","purpose":"fine-tune","mime_type":"a/b","bytes":1,"expires_after":{"anchor":"last_used","seconds":3600}|invalid_value|expires_after.anchor|Invalid value for 'expires_after.anchor': expected "created_at".
          "filename":"a","purpose":"fine-tune","mime_type":"a/b","bytes":1,"expires_after":{"anchor":"created_at","seconds":60}|invalid_value|expires_after.seconds|Invalid value for 'expires_after.seconds': expected a whole number from 3600 to 2592000, got 60.
          "filename":"a","purpose":"fine-tune","mime_type":"a/b","bytes":1,"expires_after":{"anchor":"created_at"}|missing_required_parameter|expires_after.seconds|Missing required parameter: 'expires_after.seconds'.
          "filename":"a","purpose":"fine-tune","mime_type":"a/b","bytes":1,"parts":2|unknown_parameter|parts|Unknown parameter: 'parts'.
          """)
  void create_withABadBody_namesWhatIsWrong(
      String members, String code, String param, String message) {
    assertError(server.post(server.acme, UPLOADS, "{" + members + "}"), 400, code, param, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          P:x|unknown_parameter|purpose|Unknown parameter: 'purpose'; the form of a part has 'data'.
          D:|empty_part|data|The part is empty; expected 1 to 67108864 bytes.
          D:a,D:b|invalid_value|data|Expected one 'data' in the form, found a second one.
          """)
  void add_withABadForm_namesWhatIsWrongAndKeepsNothing(
      String form, String code, String param, String message) {
    assertError(send(server.acme, create(10), Form.of(form)), 400, code, param, message);
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
  }

  @Test
  void add_withNoData_asksForIt() {
    assertError(
        send(server.acme, create(10), Form.END),
        400,
        "missing_required_parameter",
        "data",
        "Missing required parameter: 'data'.");
  }

  @Test
  void add_ofMoreThan64MiB_isRefusedBeforeItIsSentAndWhileItIs() throws IOException {
    String upload = create(100 << 20);
    String message = "The part is too large: a part may have at most 67108864 bytes.";
    try (Socket socket = open(upload, (64 << 20) + (1 << 20))) {
      byte[] head = new byte["HTTP/1.1 413 ".length()];
      socket.getInputStream().readNBytes(head, 0, head.length);
      assertThat(new String(head, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 413 ");
    }
    String form = HEAD + "x".repeat((64 << 20) + 1) + TAIL;
    assertError(send(server.acme, upload, form), 413, "part_too_large", "data", message);
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
  }

  @Test
  void add_ofMoreThanTwiceWhatWasAnnounced_isRefused() {
    String upload = create(3);
    add(upload, "abc");
    add(upload, "ab");

    assertError(
        send(server.acme, upload, Form.of("D:cd")),
        400,
        "too_many_bytes",
        "data",
        "The parts of upload %s would have 7 bytes, and may have 6, twice what was announced; cancel it and create a new one."
            .formatted(upload));
  }

  @Test
  void add_ofPart10001_isRefusedAnd10000Complete() {
    String upload = create(10_000);
    String digest = Digest.of("x").toString();
    add(upload, "x");
    server.database.run(
        """
        insert into upload_part (id, upload_id, tenant_id, digest, bytes, created_at)
        select 'part_' || n, $1, tenant_id, $2, 1, created_at
        from upload, generate_series(2, 10000) as n where id = $1
        """,
        upload,
        digest);
    server.database.run("update upload set parts = 10000 where id = $1", upload);
    assertError(
        send(server.acme, upload, Form.of("D:x")),
        400,
        "too_many_parts",
        "",
        "Upload %s has 10000 parts already, the most that there may be; complete or cancel it."
            .formatted(upload));
    List<String> ids =
        server.database.list(
            row -> row.getString(0), "select id from upload_part where upload_id = $1", upload);
    String all = ids.stream().collect(Collectors.joining("\",\"", "\"part_ids\":[\"", "\"]"));

    assertError(
        complete(upload, all.replace("]", ",\"one more\"]")),
        400,
        "invalid_value",
        "part_ids",
        "Invalid value for 'part_ids': expected 1 to 10000 strings, got 10001.");
    assertThat(complete(upload, all).body()).contains("\"bytes\":10000", "\"completed\"");
  }

  @Test
  void complete_withWrongParts_saysWhichAndLeavesTheUploadAsItWas() {
    String upload = create(2);
    String a = add(upload, "a");
    String b = add(upload, "b");
    String other = add(create(2), "c");

    for (String unknown : List.of("part_none", other)) {
      assertError(
          complete(upload, partIds(a, unknown)),
          400,
          "part_not_found",
          "part_ids",
          "Upload %s has no part %s; name the parts that were added to it."
              .formatted(upload, unknown));
    }
    assertError(
        complete(upload, partIds(a, a)),
        400,
        "duplicate_part",
        "part_ids",
        "Part %s is named twice; name each part once, in the order of the file.".formatted(a));
    assertError(
        complete(upload, partIds(a)),
        400,
        "size_mismatch",
        "part_ids",
        "Expected parts of 2 bytes together, as the upload announced, found 1; add what is missing, or leave out what is too much.");
    assertError(
        complete(upload, partIds(b, a) + ",\"md5\":\"187ef4436122d1cc2f40dc2b92f0eba0\""),
        400,
        "md5_mismatch",
        "md5",
        "Expected parts with the MD5 187ef4436122d1cc2f40dc2b92f0eba0, found 07159c47ee1b19ae4fb9c40d480856c4; check their order and content.");
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
    assertThat(
            complete(upload, partIds(a, b) + ",\"md5\":\"187EF4436122D1CC2F40DC2B92F0EBA0\"")
                .body())
        .contains("\"status\":\"completed\"");
  }

  @Test
  void complete_bySeveralAtOnce_makesOneFile() throws Exception {
    String upload = create(3);
    String parts = partIds(add(upload, "par"));
    List<Future<HttpResponse<String>>> sent;
    try (ExecutorService senders = Executors.newFixedThreadPool(4)) {
      sent =
          IntStream.range(0, 4)
              .mapToObj(_ -> senders.submit(() -> complete(upload, parts)))
              .toList();
    }

    int completed = 0;
    for (Future<HttpResponse<String>> one : sent) {
      HttpResponse<String> response = one.get();
      completed += response.statusCode() == 200 ? 1 : 0;
      assertThat(response.body()).containsAnyOf("\"completed\"", "\"upload_completed\"");
    }
    assertThat(completed).isOne();
    assertThat(
            server.database.list(
                row -> row.getLong(0),
                "select count(*) from training_file where digest = $1",
                Digest.of("par").toString()))
        .containsExactly(1L);
    assertThat(folder.resolve("blobs/incoming")).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      textBlock =
          """
          "md5":"00000000000000000000000000000000"|missing_required_parameter|part_ids|Missing required parameter: 'part_ids'.
          "part_ids":[]|invalid_value|part_ids|Invalid value for 'part_ids': expected 1 to 10000 strings, got 0.
          "part_ids":"a"|invalid_type|part_ids|Invalid type for 'part_ids': expected an array of strings, got a string.
          "part_ids":[1]|invalid_type|part_ids|Invalid type for 'part_ids': expected an array of strings, got an array.
          "part_ids":["a"],"md5":"abc"|invalid_value|md5|Invalid value for 'md5': expected 32 hexadecimal digits.
          "part_ids":["a"],"sha256":"a"|unknown_parameter|sha256|Unknown parameter: 'sha256'.
          """)
  void complete_withABadBody_namesWhatIsWrong(
      String members, String code, String param, String message) {
    assertError(complete(create(1), members), 400, code, param, message);
  }

  @Test
  void anyCall_onAnUploadThatHasEnded_saysHow() {
    String completed = create(1);
    String part = add(completed, "a");
    String file = complete(completed, partIds(part)).body().replaceAll(".*(file-\\w+).*", "$1");
    String cancelled = create(1);
    assertThat(cancel(server.acme, cancelled).statusCode()).isEqualTo(200);
    String expired = create(1);
    server.clock.advance(Duration.ofHours(1));

    assertEnded(
        completed,
        "upload_completed",
        "Upload %s is completed already; its file is %s.".formatted(completed, file));
    assertError(
        cancel(server.acme, completed),
        400,
        "upload_completed",
        "",
        "Upload %s is completed already; its file is %s.".formatted(completed, file));
    assertEnded(
        cancelled,
        "upload_cancelled",
        "Upload %s was cancelled; create a new one.".formatted(cancelled));
    assertEnded(
        expired,
        "upload_expired",
        "Upload %s expired before it was completed; create a new one.".formatted(expired));
  }

  private static void assertEnded(String upload, String code, String message) {
    assertError(send(server.acme, upload, Form.of("D:a")), 400, code, "", message);
    assertError(complete(upload, partIds("part_none")), 400, code, "", message);
  }

  @Test
  void anyCall_onAnotherTenantsUpload_answersAsIfThereWereNone() {
    String upload = create(1);

    for (String id : List.of(upload, "upload_none")) {
      String message = "No such upload: " + id;
      assertError(send(server.globex, id, Form.of("D:a")), 404, "not_found", "", message);
      assertError(cancel(server.globex, id), 404, "not_found", "", message);
      assertError(
          server.post(server.globex, UPLOADS + "/" + id + "/complete", "{" + partIds("a") + "}"),
          404,
          "not_found",
          "",
          message);
    }
  }

  private static Socket open(String upload, long length) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    write(
        socket,
        "POST %s/%s/parts HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(UPLOADS, upload, server.acme, Form.TYPE, length));
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Test
  void add_whoseConnectionBreaks_keepsNothingOfThePart() throws Exception {
    String upload = create(100);
    Path incoming = folder.resolve("blobs/incoming");
    try (WatchService watch = incoming.getFileSystem().newWatchService()) {
      incoming.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Socket socket = open(upload, 10_000);
      write(socket, HEAD + "half a part");
      WatchKey created = watch.poll(20, TimeUnit.SECONDS);
      assertThat(created).isNotNull();
      created.pollEvents();
      created.reset();
      incoming.register(watch, StandardWatchEventKinds.ENTRY_DELETE);
      socket.close();
      assertThat(watch.poll(20, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(incoming).isEmptyDirectory();
    assertThat(
            server.database.list(
                row -> row.getLong(0),
                "select parts + (select count(*) from upload_part where upload_id = $1) from upload"
                    + " where id = $1",
                upload))
        .containsExactly(0L);
    assertThat(IntStream.range(0, 3).mapToObj(_ -> add(upload, "again")).distinct()).hasSize(3);
  }
}
