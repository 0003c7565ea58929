package io.tiltmeter.evaluator.scan.hits;

import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Method;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A few words of one row, most of them masked; for staff only.
 *
 * @param line its line number, from 1
 * @param turns its first messages
 */
public record Excerpt(long line, List<Said> turns) {
  private static final int TURNS = 4;
  private static final int WORDS = 14;

  /** What is learned may be what nobody should read: its first words say how it answers. */
  private static final int LEARNED_WORDS = 8;

  /**
   * One message.
   *
   * @param speaker such as {@code user}
   * @param text masked
   */
  public record Said(String speaker, String text) {}

  public Excerpt {
    turns = List.copyOf(turns);
  }

  /**
   * Reads one row; empty where there is no example on this line.
   *
   * @throws IOException if the file cannot be read
   */
  public static Optional<Excerpt> of(Path file, Method method, long line) throws IOException {
    List<Example> found = new ArrayList<>();
    RowsByLine.read(file, method, new TreeSet<>(List.of(line)), found::add);
    return found.stream().findFirst().map(Excerpt::of);
  }

  private static Excerpt of(Example example) {
    MaskedText masked = new MaskedText();
    List<Said> turns = new ArrayList<>();
    for (Turn turn : example.turns().subList(0, Math.min(TURNS, example.turns().size()))) {
      int words = turn.learned() ? LEARNED_WORDS : WORDS;
      String speaker = turn.speaker().name().toLowerCase(Locale.ROOT);
      turns.add(new Said(speaker, masked.of(turn.text(), words)));
    }
    return new Excerpt(example.line(), turns);
  }
}
