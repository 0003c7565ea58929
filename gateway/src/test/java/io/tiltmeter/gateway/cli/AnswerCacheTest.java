package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The tiny base and models near it, in a real child process. */
class AnswerCacheTest {
  private static final Path BASE = Cli.fixture("models/tiny-base");

  @TempDir private Path dir;

  private JsonNode evaluate(Path tuned, boolean cached) {
    List<Object> words = new ArrayList<>(List.of("evaluate", "--base", BASE, "--tuned", tuned));
    words.addAll(List.of("--pack", Cli.fixture("packs/tiny"), "--max-tokens", "32"));
    words.addAll(List.of("--policy", Cli.fixture("policies/default.yaml"), "--json", "--quiet"));
    words.addAll(cached ? List.of("--cache", dir.resolve("cache")) : List.of());
    Cli cli = Cli.run(words.toArray());
    assertThat(cli.out()).as(cli.err()).isNotEmpty();
    return cli.json();
  }

  private static JsonNode verdict(JsonNode result) {
    ObjectNode verdict = (ObjectNode) result;
    verdict.remove(List.of("seconds", "cache"));
    return verdict;
  }

  /** The base with every weight moved by up to a tenth of itself. */
  private Path tuned() throws IOException {
    Path model = Files.createDirectory(dir.resolve("tuned"));
    try (Stream<Path> files = Files.list(BASE)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    byte[] bytes = Files.readAllBytes(model.resolve("model.safetensors"));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int start = Long.BYTES + (int) buffer.getLong(0);
    String header = new String(bytes, Long.BYTES, start - Long.BYTES, StandardCharsets.UTF_8);
    assertThat(header).contains("\"F32\"").doesNotContain("\"F16\"", "\"BF16\"");
    Random noise = new Random(11);
    for (int at = start; at < bytes.length; at += Float.BYTES) {
      buffer.putFloat(at, buffer.getFloat(at) * (1 + noise.nextFloat(-0.1f, 0.1f)));
    }
    Files.write(model.resolve("model.safetensors"), bytes);
    return model;
  }

  @Test
  void evaluate_ofAnotherTuneOfTheSameBase_asksOnlyTheTune_andDecidesTheSame() throws IOException {
    Path tuned = tuned();
    JsonNode first = evaluate(BASE, true);
    int asked = first.path("cache").path("misses").asInt(0);
    assertThat(asked).isGreaterThan(1_000);
    assertThat(first.path("cache").path("hits").asInt(-1)).isZero();
    Path file = file();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    damage(file);

    JsonNode second = evaluate(tuned, true);

    assertThat(second.path("cache").toString())
        .isEqualTo("{\"hits\":%d,\"misses\":2}".formatted(asked - 2));
    JsonNode without = evaluate(tuned, false);
    assertThat(without.has("cache")).isFalse();
    assertThat(without.path("flips").path("lost").asInt(0)).isPositive();
    assertThat(verdict(second)).isEqualTo(verdict(without));
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("cache"))) {
      return files.toList().getFirst();
    }
  }

  /** One changed letter near the start, and an end that a crash cut off. */
  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, StandardCharsets.US_ASCII).indexOf("\"text\":\"") + 8;
    bytes[at] = (byte) (bytes[at] == 'x' ? 'y' : 'x');
    Files.write(file, bytes);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 20);
    }
  }
}
