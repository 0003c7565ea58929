package io.tiltmeter.gateway.answercache;

import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything beside the question that an answer of the base depends on: the model's bytes, the code
 * that asks it, and how its numbers are computed.
 *
 * @param digest over all of it
 */
public record AnswerSetting(Digest digest) {
  private static final String SCHEMA = "tiltmeter.answer-cache/v2";
  private static final int BUFFER_BYTES = 1 << 20;
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /**
   * The setting of a base in this folder, alone in its process.
   *
   * @param batch rows of one forward pass
   * @throws CacheException if the base cannot be read
   */
  public static AnswerSetting of(Path base, RuntimeFacts runtime, int batch) {
    try {
      return of(files(base), runtime, batch);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(base, e);
    }
  }

  /**
   * The same setting, for a base whose bytes are known.
   *
   * @param base its files
   * @throws CacheException if the program's own files cannot be read
   */
  public static AnswerSetting of(Manifest base, RuntimeFacts runtime, int batch) {
    Map<String, String> files = new TreeMap<>();
    base.files().forEach(file -> files.put(file.path(), file.digest().toString()));
    return of(files, runtime, batch);
  }

  private static AnswerSetting of(Map<String, String> base, RuntimeFacts runtime, int batch) {
    return new AnswerSetting(
        Digest.of(
            CanonicalJson.of(
                Map.of(
                    "schema", SCHEMA,
                    "base", base,
                    "code", code(),
                    "machine", machine(),
                    "provider", runtime.provider(),
                    "runtime", runtime.version(),
                    "threads", runtime.threads(),
                    "weights", runtime.weights(),
                    "batch", batch))));
  }

  private static CacheException unreadable(Path path, Exception e) {
    return new CacheException(
        "%s: cannot be read for the cache's key (%s); check its permissions"
            .formatted(path, e.getClass().getSimpleName()),
        e);
  }

  /** Digests of all files below a folder, or of one file, by path. */
  private static Map<String, String> files(Path root) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        digests.put(root.relativize(file).toString(), digest(file).toString());
      }
    }
    return digests;
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest sha256 = Digest.newMessageDigest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
    }
    return Digest.finish(sha256);
  }

  /** The evaluator's own classes, and the libraries beside it by the versions in their names. */
  private static List<Object> code() {
    List<String> libraries =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .map(entry -> Path.of(entry).getFileName().toString())
            .sorted()
            .toList();
    Path own =
        Path.of(
            URI.create(
                AnswerSource.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toExternalForm()));
    try {
      return List.of(files(own), libraries);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(own, e);
    }
  }

  /** Kernels are chosen by processor, and round differently. */
  private static List<String> machine() {
    String processor = "";
    if (Files.isReadable(PROCESSORS)) {
      try (Stream<String> lines = Files.lines(PROCESSORS)) {
        processor = lines.filter(line -> line.startsWith("model name")).findFirst().orElse("");
      } catch (IOException | UncheckedIOException e) {
        throw unreadable(PROCESSORS, e);
      }
    }
    return List.of(System.getProperty("os.name"), System.getProperty("os.arch"), processor);
  }
}
