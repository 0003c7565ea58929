package io.tiltmeter.evaluator.scan.detector;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Exact counts of the things that rank highest, in memory for so many ({@link Top}).
 *
 * <p>The rank of a thing is known beforehand, from an earlier pass, and never changes. So a thing
 * that belongs to the highest in the end did so whenever it was seen, and none of its occurrences
 * is missed; which things are kept does not depend on the order in which they come.
 */
public final class TopCounts implements Serializable {
  private final Top<Entry> top;

  /** One thing. */
  public static final class Entry implements Serializable {
    private final long key;
    private final String text;
    private long count;
    private long marked;

    private Entry(long key, String text) {
      this.key = key;
      this.text = text;
    }

    /** How often it was seen. */
    public long count() {
      return count;
    }

    /** How often it was seen with the mark. */
    public long marked() {
      return marked;
    }

    /** The text it came with. */
    public String text() {
      return text;
    }

    private Entry plus(Entry other) {
      count += other.count;
      marked += other.marked;
      return this;
    }
  }

  /**
   * Nothing yet.
   *
   * @param capacity most things that are kept, at least 1
   */
  public TopCounts(int capacity) {
    this.top = new Top<>(capacity);
  }

  /**
   * Sees a thing once more.
   *
   * @param key its hash
   * @param rank the same at every call for this thing
   * @param text kept from the first call for it
   * @param mark whether this occurrence has the mark
   */
  public void see(long key, long rank, String text, boolean mark) {
    Entry entry = top.at(key, rank, () -> new Entry(key, text));
    if (entry != null) {
      entry.count++;
      entry.marked += mark ? 1 : 0;
    }
  }

  /** Takes in what another of the same capacity has seen; the other is of no use any more. */
  public void add(TopCounts other) {
    top.add(other.top, Entry::plus);
  }

  /** All that are kept, the most frequent first. */
  public List<Entry> mostFrequentFirst() {
    List<Entry> all = new ArrayList<>(top.values());
    all.sort(
        Comparator.comparingLong((Entry entry) -> -entry.count)
            .thenComparingLong(entry -> entry.key));
    return all;
  }
}
