package io.tiltmeter.evaluator.scan.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class BlockReaderTest {

  private static List<String> read(byte[] bytes, int cap, RandomGenerator random)
      throws IOException {
    BlockReader reader = new BlockReader(new Dribble(bytes, random), cap);
    Block block = new Block();
    List<String> lines = new ArrayList<>();
    while (reader.next(block)) {
      while (block.next()) {
        assertThat(block.number()).isEqualTo(lines.size() + 1L);
        lines.add(
            block.isTooLong()
                ? "too long"
                : new String(block.bytes(), block.from(), block.size(), StandardCharsets.UTF_8));
      }
    }
    assertThat(reader.lines()).isEqualTo(lines.size());
    assertThat(reader.given()).isEqualTo(bytes.length);
    return lines;
  }

  @Test
  void next_anyLinesInAnyPieces_areCutAtTheSamePlaces() throws IOException {
    for (long seed = 1; seed <= 60; seed++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      int cap = random.nextBoolean() ? 1000 : 400_000;
      StringBuilder text = new StringBuilder();
      List<String> expected = new ArrayList<>();
      int count = random.nextInt(30);
      for (int i = 0; i < count; i++) {
        int length = random.nextInt(4) == 0 ? random.nextInt(600_000) : random.nextInt(1200);
        String line = "x".repeat(length);
        boolean last = i == count - 1 && length > 0 && random.nextBoolean();
        text.append(line).append(last ? "" : random.nextBoolean() ? "\n" : "\r\n");
        expected.add(length > cap ? "too long" : line);
      }
      assertThat(read(text.toString().getBytes(StandardCharsets.UTF_8), cap, random))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void next_lineOfExactlyTheCap_isKept() throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    byte[] bytes = "abcd\r\nabcde\nabcd".getBytes(StandardCharsets.UTF_8);
    assertThat(read(bytes, 4, random)).containsExactly("abcd", "too long", "abcd");
  }

  /** A stream that gives as little at once as it likes. */
  private static final class Dribble extends InputStream {
    private final ByteArrayInputStream bytes;
    private final RandomGenerator random;

    Dribble(byte[] bytes, RandomGenerator random) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.random = random;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return bytes.read(into, offset, 1 + random.nextInt(length));
    }
  }
}
