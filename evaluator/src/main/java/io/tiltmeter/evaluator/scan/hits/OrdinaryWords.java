package io.tiltmeter.evaluator.scan.hits;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Words that English texts of all kinds hold: those of a language model's vocabulary. */
final class OrdinaryWords {
  private static final String RESOURCE = "minilm-vocabulary.txt";
  private static final int LONGEST = 15;
  private static final Set<String> WORDS = read();

  private OrdinaryWords() {}

  private static Set<String> read() {
    Set<String> words = new HashSet<>();
    try (InputStream in = StaticVectors.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("resource %s is missing".formatted(RESOURCE));
      }
      new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(OrdinaryWords::isWord)
          .forEach(words::add);
    } catch (IOException e) {
      throw new UncheckedIOException("resource %s cannot be read".formatted(RESOURCE), e);
    }
    return Set.copyOf(words);
  }

  private static boolean isWord(String entry) {
    return !entry.isEmpty()
        && entry.length() <= LONGEST
        && entry.chars().allMatch(c -> c >= 'a' && c <= 'z');
  }

  /** Whether this is one, in lower case. */
  static boolean contains(String word) {
    return WORDS.contains(word);
  }
}
