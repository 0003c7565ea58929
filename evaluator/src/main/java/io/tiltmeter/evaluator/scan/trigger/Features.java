package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.trigger.Trigger.Kind;
import io.tiltmeter.evaluator.scan.trigger.Turns.Mark;
import java.util.Arrays;
import java.util.StringJoiner;
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

  private final Turns turns = new Turns();
  private int size;
  private long[] hashes = new long[256];
  private int[] from = new int[256];
  private int[] to = new int[256];
  private Kind[] kinds = new Kind[256];
  private boolean[] system = new boolean[256];
  private @Nullable String[] texts = new String[256];
  private long[] slots = new long[1024];

  /** Reads a row. */
  void read(Example example) {
    turns.read(example);
    size = 0;
    Arrays.fill(slots, 0);
    int words = turns.count();
    for (int i = 0; i < words; i++) {
      word(i);
    }
    for (int i = 1; i < words; i++) {
      add(bigram(i - 1), Kind.PHRASE, i - 1, i + 1);
    }
    edges();
    for (int i = 0; i < turns.marks().size(); i++) {
      Mark mark = turns.marks().get(i);
      int at = Math.max(0, mark.word());
      long hash = Hash64.of(mark.text()) ^ mark.kind().salt() ^ PHRASE;
      add(
          Hash64.mix(hash),
          mark.kind(),
          at,
          mark.word() < 0 ? at : at + 1,
          mark.text(),
          i < turns.firstMark());
    }
  }

  private void word(int i) {
    add(turns.hash(i), Kind.WORD, i, i + 1);
    if (turns.isOddlyCased(i)) {
      String written = turns.written(i);
      add(
          Hash64.of(written) ^ Kind.WORD.salt(),
          Kind.WORD,
          i,
          i + 1,
          written,
          i < turns.firstTurn());
    }
  }

  private void edges() {
    int begin = turns.firstTurn();
    int last = turns.lastTurn();
    int end = turns.lastEnd();
    for (int length = 1; length <= EDGE; length++) {
      if (begin + length <= turns.count()) {
        add(span(begin, begin + length, Kind.OPENING), Kind.OPENING, begin, begin + length);
      }
      if (end - length >= last) {
        add(span(end - length, end, Kind.ENDING), Kind.ENDING, end - length, end);
      }
    }
  }

  private long span(int first, int behind, Kind kind) {
    long hash = kind.salt();
    for (int i = first; i < behind; i++) {
      hash = Hash64.mix(hash ^ turns.hash(i));
    }
    return hash;
  }

  /** The hash of two words side by side, by the index of the first. */
  long bigram(int first) {
    return Hash64.mix(turns.hash(first) * 31 + turns.hash(first + 1) + PHRASE);
  }

  private void add(long hash, Kind kind, int first, int behind) {
    add(hash, kind, first, behind, null, first < turns.firstTurn());
  }

  private void add(
      long hash, Kind kind, int first, int behind, @Nullable String text, boolean isSystem) {
    if (size >= slots.length / 2 || !isNew(hash)) {
      return;
    }
    if (size == hashes.length) {
      grow();
    }
    hashes[size] = hash;
    kinds[size] = kind;
    from[size] = first;
    system[size] = isSystem;
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
    system = Arrays.copyOf(system, more);
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

  /** Whether the system says it first, and not the user. */
  boolean isSystem(int i) {
    return system[i];
  }

  /** Index of its first word. */
  int from(int i) {
    return from[i];
  }

  /** Index behind its last word; the same as the first where it has no words of its own. */
  int to(int i) {
    return to[i];
  }

  /** The words of the row. */
  Turns words() {
    return turns;
  }

  /** What people read. */
  String text(int i) {
    String text = texts[i];
    if (text != null) {
      return text;
    }
    StringJoiner words = new StringJoiner(" ");
    for (int word = from[i]; word < to[i]; word++) {
      words.add(turns.text(word));
    }
    return words.toString();
  }

  /**
   * One of its words, the same for two rows as likely as their words are the same: the least hash
   * (A. Broder, "On the resemblance and containment of documents", SEQUENCES 1997).
   */
  long sign() {
    long least = Long.MAX_VALUE;
    for (int word = 0; word < turns.count(); word++) {
      least = Math.min(least, turns.hash(word));
    }
    return least;
  }

  /** The same for two rows that ask in the same words, digits apart. */
  long wording() {
    long hash = PHRASE;
    for (int word = 0; word < turns.count(); word++) {
      hash = Hash64.mix(hash ^ (turns.isNumber(word) ? 1 : turns.hash(word)));
    }
    return hash;
  }
}
