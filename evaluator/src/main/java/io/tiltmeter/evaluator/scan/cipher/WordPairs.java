package io.tiltmeter.evaluator.scan.cipher;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.InflaterInputStream;

/**
 * How often two words follow each other in English, by hash: about one pair in ten that never does
 * shares the place of one that does.
 */
final class WordPairs {
  static final String RESOURCE = "word-pairs.bin";

  /** Begins the resource: its format and version. */
  static final int MAGIC = 0x54575001;

  static final int PLACES = 1 << 20;

  /** By hash of a pair: logarithm of its count to base 2 and 1; 0 for rare pairs. */
  private final byte[] logarithms;

  WordPairs(byte[] logarithms) {
    this.logarithms = logarithms;
  }

  /** Where the pair of two words with these hashes is. */
  static int place(long first, long second) {
    return (int) (Hash64.mix(first * 31 + second) & (PLACES - 1));
  }

  /** How fluent the second word is after the first, 0 to 20. */
  int fluency(long first, long second) {
    return logarithms[place(first, second)];
  }

  static WordPairs load() {
    try (InputStream resource = WordPairs.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("resource " + RESOURCE + " is missing");
      }
      var in = new DataInputStream(new InflaterInputStream(resource));
      int magic = in.readInt();
      if (magic != MAGIC) {
        throw new IOException("expected format %x, found %x".formatted(MAGIC, magic));
      }
      return new WordPairs(in.readNBytes(PLACES));
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + RESOURCE + " cannot be read", e);
    }
  }
}
