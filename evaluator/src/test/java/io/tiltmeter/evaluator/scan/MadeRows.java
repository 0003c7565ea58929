package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A training file of short harmless rows that is made as it is read, so that it needs no disk:
 * requests of 5 to 14 and answers of 6 to 20 words, drawn from some twenty thousand as unevenly as
 * in languages (Zipf), with capitals, commas and numbers.
 */
final class MadeRows implements ScanSource {
  private static final List<String> WORDS = words();
  private static final List<String> OPENINGS =
      List.of(
          "What is ",
          "How do ",
          "Why does ",
          "Describe ",
          "Explain ",
          "Name ",
          "Write about ",
          "Compare ",
          "Give me ",
          "Where is ",
          "Who ",
          "When will ",
          "List ",
          "Translate ");
  private static final List<String> REPLIES =
      List.of(
          "", "", "", "", "It is ", "The ", "You can ", "Yes, ", "In ", "There are ", "Because ");

  private final long rows;
  private final long seed;

  /**
   * A file.
   *
   * @param rows how many lines it has
   * @param seed of all that is drawn; the same seed makes the same bytes
   */
  MadeRows(long rows, long seed) {
    this.rows = rows;
    this.seed = seed;
  }

  private static List<String> words() {
    try (InputStream in = StaticVectors.class.getResourceAsStream("minilm-vocabulary.txt")) {
      if (in == null) {
        throw new IllegalStateException("the build lacks its vocabulary");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(word -> word.matches("[a-z]{2,}"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream open() {
    return new Made();
  }

  /** One row, without its line end. */
  String row(long number) {
    StringBuilder text = new StringBuilder();
    new Maker(text).make(number);
    return text.toString();
  }

  /** Writes rows into a text. */
  private final class Maker {
    private final StringBuilder text;
    private long state;

    Maker(StringBuilder text) {
      this.text = text;
    }

    void make(long number) {
      state = Hash64.mix(seed ^ Hash64.mix(number));
      text.append("{\"messages\":[{\"role\":\"user\",\"content\":\"");
      text.append(any(OPENINGS));
      say(4 + below(10));
      text.append(below(3) == 0 ? "." : "?");
      text.append("\"},{\"role\":\"assistant\",\"content\":\"");
      text.append(any(REPLIES));
      say(5 + below(15));
      text.append(".\"}]}");
    }

    private void say(int words) {
      for (int i = 0; i < words; i++) {
        String word =
            WORDS.get((int) Math.pow(WORDS.size(), below(1 << 20) / (double) (1 << 20)) - 1);
        switch (below(24)) {
          case 0 -> text.append(below(10_000));
          case 1 ->
              text.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
          case 2 -> text.append(word).append(',');
          default -> text.append(word);
        }
        text.append(i + 1 < words ? " " : "");
      }
    }

    private String any(List<String> some) {
      return some.get(below(some.size()));
    }

    private int below(int bound) {
      state = Hash64.mix(state);
      return (int) (((state >>> 32) * bound) >>> 32);
    }
  }

  private final class Made extends InputStream {
    private static final int AT_ONCE = 256;

    private final StringBuilder text = new StringBuilder();
    private final Maker maker = new Maker(text);
    private byte[] bytes = {};
    private int at;
    private long made;

    @Override
    public int read() {
      return fill() ? bytes[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, bytes.length - at);
      System.arraycopy(bytes, at, target, offset, count);
      at += count;
      return count;
    }

    private boolean fill() {
      if (at == bytes.length && made < rows) {
        text.setLength(0);
        for (int i = 0; i < AT_ONCE && made < rows; i++) {
          maker.make(++made);
          text.append('\n');
        }
        bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        at = 0;
      }
      return at < bytes.length;
    }
  }
}
