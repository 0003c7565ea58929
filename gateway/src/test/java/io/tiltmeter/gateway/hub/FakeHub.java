package io.tiltmeter.gateway.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A hub on loopback: describes a model, redirects for large files, answers ranges. Paths can be
 * given another behaviour.
 */
public final class FakeHub implements AutoCloseable {
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final HubModel MODEL = new HubModel("org", "name", COMMIT);
  static final String INFO = "/api/models/org/name/revision/" + COMMIT;
  static final String RESOLVE = "/org/name/resolve/" + COMMIT + "/";
  static final String STORE = "/store/";

  /** One answer. */
  @FunctionalInterface
  interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** What a request asked. */
  record Asked(
      String path,
      @Nullable String authorization,
      @Nullable String range,
      @Nullable String ifRange) {}

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  final Map<String, Object> info = new LinkedHashMap<>();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<Map<String, Object>> siblings = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  private FakeHub(HttpServer server) {
    this.server = server;
    info.put("sha", COMMIT);
    info.put("siblings", siblings);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  public static FakeHub start() throws IOException {
    return new FakeHub(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** A small file, kept in Git. */
  public FakeHub file(String path, byte[] content) {
    files.put(path, content);
    return entry(path, content.length, Map.of("blobId", gitBlob(content)));
  }

  /** A large file, kept elsewhere by its SHA-256. */
  public FakeHub large(String path, byte[] content) {
    files.put(path, content);
    Object lfs =
        Map.of("sha256", Digest.of(content).hex(), "size", content.length, "pointerSize", 134);
    return entry(path, content.length, Map.of("blobId", "0".repeat(40), "lfs", lfs));
  }

  /** What is listed of a file. */
  FakeHub entry(String path, long size, Map<String, Object> more) {
    Map<String, Object> entry = new LinkedHashMap<>(more);
    entry.put("rfilename", path);
    entry.put("size", size);
    siblings.add(entry);
    return this;
  }

  byte[] content(String path) {
    return Objects.requireNonNull(files.get(path), path);
  }

  /** A file that is there no more. */
  public void forget(String path) {
    siblings.removeIf(entry -> path.equals(entry.get("rfilename")));
  }

  /** Other content than what is listed. */
  public void replace(String path, byte[] content) {
    files.put(path, content);
  }

  List<String> paths() {
    return asked.stream().map(Asked::path).toList();
  }

  static String gitBlob(byte[] content) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(sha1.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      asked.add(
          new Asked(
              path,
              exchange.getRequestHeaders().getFirst("authorization"),
              exchange.getRequestHeaders().getFirst("range"),
              exchange.getRequestHeaders().getFirst("if-range")));
      behaviours.getOrDefault(path, this::usual).answer(exchange);
    }
  }

  void usual(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals(INFO) && "blobs=true".equals(exchange.getRequestURI().getQuery())) {
      text(exchange, 200, "application/json; charset=utf-8", Json.text(info));
    } else if (path.startsWith(RESOLVE)) {
      resolve(exchange, path.substring(RESOLVE.length()));
    } else if (path.startsWith(STORE)) {
      content(exchange, content(path.substring(STORE.length())), Integer.MAX_VALUE);
    } else {
      text(exchange, 404, "text/plain", "Not Found");
    }
  }

  private void resolve(HttpExchange exchange, String name) throws IOException {
    if (name.endsWith(".safetensors")) {
      redirect(exchange, STORE + name + "?signature=hidden");
    } else {
      content(exchange, content(name), Integer.MAX_VALUE);
    }
  }

  static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("location", location);
    exchange.sendResponseHeaders(302, -1);
  }

  static void text(HttpExchange exchange, int status, String type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Sends at most so many bytes of what it announced, then breaks the connection. */
  static void content(HttpExchange exchange, byte[] content, int atMost) throws IOException {
    String tag = "\"" + Digest.of(content).hex() + "\"";
    exchange.getResponseHeaders().set("etag", tag);
    String range = exchange.getRequestHeaders().getFirst("range");
    boolean goesOn = range != null && tag.equals(exchange.getRequestHeaders().getFirst("if-range"));
    int from = goesOn ? Integer.parseInt(range.replaceAll("[^0-9]", "")) : 0;
    if (goesOn) {
      exchange
          .getResponseHeaders()
          .set(
              "content-range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    int length = content.length - from;
    exchange.sendResponseHeaders(goesOn ? 206 : 200, length == 0 ? -1 : length);
    OutputStream body = exchange.getResponseBody();
    body.write(Arrays.copyOfRange(content, from, from + Math.min(atMost, length)));
    body.flush();
  }

  /** Sends so many bytes, then nothing until the hub is closed. */
  void stall(HttpExchange exchange, byte[] content, int after) throws IOException {
    content(exchange, content, after);
    hold();
  }

  /** Says nothing until the hub is closed. */
  void hold() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.close();
  }
}
