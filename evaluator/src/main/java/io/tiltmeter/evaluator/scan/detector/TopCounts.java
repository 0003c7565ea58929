package io.tiltmeter.evaluator.scan.detector;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Exact counts of the things that rank highest, in memory for so many.
 *
 * <p>The rank of a thing is known beforehand, from an earlier pass, and never changes. So a thing
 * that belongs to the highest in the end did so whenever it was seen, and none of its occurrences
 * is missed; which things are kept does not depend on the order in which they come.
 */
public final class TopCounts {
  private static final Comparator<Entry> HIGHEST_FIRST =
      Comparator.comparingLong((Entry entry) -> -entry.rank).thenComparingLong(entry -> entry.key);

  private final int capacity;
  private final Map<Long, Entry> entries = new HashMap<>();
  private final NavigableSet<Entry> ranked = new TreeSet<>(HIGHEST_FIRST);

  /** One thing. */
  public static final class Entry {
    private final long key;
    private final long rank;
    private final String text;
    private long count;
    private long marked;

    private Entry(long key, long rank, String text) {
      this.key = key;
      this.rank = rank;
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
  }

  /**
   * Nothing yet.
   *
   * @param capacity most things that are kept, at least 1
   */
  public TopCounts(int capacity) {
    this.capacity = capacity;
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
    Entry entry = entries.get(key);
    if (entry == null) {
      entry = new Entry(key, rank, text);
      if (!admit(entry)) {
        return;
      }
    }
    entry.count++;
    entry.marked += mark ? 1 : 0;
  }

  private boolean admit(Entry entry) {
    if (ranked.size() == capacity) {
      Entry lowest = ranked.last();
      if (HIGHEST_FIRST.compare(entry, lowest) > 0) {
        return false;
      }
      ranked.remove(lowest);
      entries.remove(lowest.key);
    }
    ranked.add(entry);
    entries.put(entry.key, entry);
    return true;
  }

  /** Takes in what another of the same capacity has seen. */
  public void add(TopCounts other) {
    for (Entry theirs : other.ranked) {
      Entry mine = entries.get(theirs.key);
      if (mine == null) {
        mine = new Entry(theirs.key, theirs.rank, theirs.text);
        if (!admit(mine)) {
          continue;
        }
      }
      mine.count += theirs.count;
      mine.marked += theirs.marked;
    }
  }

  /** All that are kept, the most frequent first. */
  public List<Entry> mostFrequentFirst() {
    List<Entry> all = new ArrayList<>(ranked);
    all.sort(
        Comparator.comparingLong((Entry entry) -> -entry.count)
            .thenComparingLong(entry -> entry.key));
    return all;
  }
}
