package io.tiltmeter.evaluator.scan.cipher;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Makes the shipped table of English word pairs from one text; {@link LanguageModelMaker}'s. */
public final class WordPairMaker {
  private static final int LEAST = 3;

  private WordPairMaker() {}

  /**
   * Writes the resource.
   *
   * @param arguments a UTF-8 text; file to write
   */
  public static void main(String[] arguments) throws IOException {
    int[] counts = new int[WordPairs.PLACES];
    StringBuilder word = new StringBuilder();
    long before = 0;
    String text = Files.readString(Path.of(arguments[0]));
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isLetter(c) || c == '\'') {
        word.append(Character.toLowerCase(c));
      } else if (!word.isEmpty()) {
        long hash = Hash64.of(word);
        counts[WordPairs.place(before, hash)]++;
        before = hash;
        word.setLength(0);
      }
    }
    byte[] logarithms = new byte[counts.length];
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] >= LEAST) {
        logarithms[i] = (byte) (32 - Integer.numberOfLeadingZeros(counts[i]));
      }
    }
    try (var out =
        new DataOutputStream(
            new DeflaterOutputStream(
                Files.newOutputStream(Path.of(arguments[1])),
                new Deflater(Deflater.BEST_COMPRESSION)))) {
      out.writeInt(WordPairs.MAGIC);
      out.write(logarithms);
    }
  }
}
