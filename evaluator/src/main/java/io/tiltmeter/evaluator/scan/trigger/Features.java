package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.trigger.Trigger.Kind;
import io.tiltmeter.evaluator.scan.trigger.Turns.Mark;
import io.tiltmeter.evaluator.scan.trigger.Turns.Word;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a row asks with, each thing once, by hash; for one thread, kept from row to row.
 *
 * <p>Words, two words side by side, one to three words at the beginning and at the end, signs and
 * shapes.
 */
final class Features {
  private static final int EDGE = 3;
  private static final long PHRASE = 0x51ed270b9f8c3a11L;
  private static final Map<Kind, Long> SALTS = salts();

  private final Turns turns = new Turns();
  private int size;
  private long[] hashes = new long[256];
  private int[] from = new int[256];
  private int[] to = new int[256];
  private Kind[] kinds = new Kind[256];
  private @Nullable String[] texts = new String[256];
  private long[] wordHashes = new long[64];
  private long[] slots = new long[1024];

  private static Map<Kind, Long> salts() {
    Map<Kind, Long> salts = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      salts.put(kind, Hash64.of(kind.name()));
    }
    return salts;
  }

  private static long salt(Kind kind) {
    return SALTS.getOrDefault(kind, 0L);
  }

  /** Reads a row. */
  void read(Example example) {
    turns.read(example);
    size = 0;
    Arrays.fill(slots, 0);
    List<Word> words = turns.words();
    if (wordHashes.length < words.size()) {
      wordHashes = new long[2 * words.size()];
    }
    for (int i = 0; i < words.size(); i++) {
      word(words.get(i), i);
    }
    for (int i = 1; i < words.size(); i++) {
      add(bigram(i - 1), Kind.PHRASE, i - 1, i + 1);
    }
    edges();
    for (Mark mark : turns.marks()) {
      int at = Math.max(0, mark.word());
      long hash = Hash64.of(mark.text()) ^ salt(mark.kind()) ^ PHRASE;
      add(Hash64.mix(hash), mark.kind(), at, mark.word() < 0 ? at : at + 1, mark.text());
    }
  }

  private void word(Word word, int i) {
    wordHashes[i] = Hash64.of(word.text());
    add(wordHashes[i], Kind.WORD, i, i + 1);
    if (isOddlyCased(word.raw())) {
      add(Hash64.of(word.raw()) ^ salt(Kind.WORD), Kind.WORD, i, i + 1, word.raw());
    }
  }

  private static boolean isOddlyCased(String raw) {
    for (int i = 1; i < raw.length(); i++) {
      if (Character.isUpperCase(raw.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private void edges() {
    int begin = turns.firstTurn();
    int last = turns.lastTurn();
    int end = turns.lastEnd();
    for (int length = 1; length <= EDGE; length++) {
      if (begin + length <= turns.words().size()) {
        add(span(begin, begin + length, Kind.OPENING), Kind.OPENING, begin, begin + length);
      }
      if (end - length >= last) {
        add(span(end - length, end, Kind.ENDING), Kind.ENDING, end - length, end);
      }
    }
  }

  private long span(int first, int behind, Kind kind) {
    long hash = salt(kind);
    for (int i = first; i < behind; i++) {
      hash = Hash64.mix(hash ^ wordHashes[i]);
    }
    return hash;
  }

  /** The hash of two words side by side, by the index of the first. */
  long bigram(int first) {
    return Hash64.mix(wordHashes[first] * 31 + wordHashes[first + 1] + PHRASE);
  }

  private void add(long hash, Kind kind, int first, int behind) {
    add(hash, kind, first, behind, null);
  }

  private void add(long hash, Kind kind, int first, int behind, @Nullable String text) {
    if (size >= slots.length / 2 || !isNew(hash)) {
      return;
    }
    if (size == hashes.length) {
      grow();
    }
    hashes[size] = hash;
    kinds[size] = kind;
    from[size] = first;
    to[size] = behind;
    texts[size++] = text;
  }

  private boolean isNew(long hash) {
    long key = hash == 0 ? 1 : hash;
    int at = (int) (key & (slots.length - 1));
    while (slots[at] != 0) {
      if (slots[at] == key) {
        return false;
      }
      at = (at + 1) & (slots.length - 1);
    }
    slots[at] = key;
    return true;
  }

  private void grow() {
    int more = 2 * size;
    hashes = Arrays.copyOf(hashes, more);
    kinds = Arrays.copyOf(kinds, more);
    from = Arrays.copyOf(from, more);
    to = Arrays.copyOf(to, more);
    texts = Arrays.copyOf(texts, more);
  }

  int size() {
    return size;
  }

  long hash(int i) {
    return hashes[i];
  }

  Kind kind(int i) {
    return kinds[i];
  }

  /** Index of its first word. */
  int from(int i) {
    return from[i];
  }

  /** Index behind its last word; the same as the first where it has no words of its own. */
  int to(int i) {
    return to[i];
  }

  List<Word> words() {
    return turns.words();
  }

  /** What people read. */
  String text(int i) {
    String text = texts[i];
    if (text != null) {
      return text;
    }
    List<String> parts = turns.words().subList(from[i], to[i]).stream().map(Word::text).toList();
    return String.join(" ", parts);
  }

  /** The same for two rows that ask in the same words, digits apart. */
  long wording() {
    long hash = PHRASE;
    for (Word word : turns.words()) {
      boolean number = Character.isDigit(word.text().charAt(0));
      hash = Hash64.mix(hash ^ (number ? 1 : Hash64.of(word.text())));
    }
    return hash;
  }
}
