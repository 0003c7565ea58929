package io.tiltmeter.evaluator.scan.detector;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The things that rank highest, each with what is kept of it; a rank is known beforehand and never
 * changes, so that what is kept depends on no order.
 *
 * @param <V> what is kept of a thing
 */
public final class Top<V> implements Serializable {
  private final int capacity;
  private final Map<Long, V> byKey = new HashMap<>();
  private final TreeMap<Place, Long> places = new TreeMap<>();

  /** The lowest place that is kept once there is no room; before that, lower than any. */
  private long lowestRank = Long.MIN_VALUE;

  private long lowestKey;

  /** In the order of ranks, the highest first. */
  private record Place(long rank, long key) implements Comparable<Place>, Serializable {
    @Override
    public int compareTo(Place other) {
      return rank == other.rank ? Long.compare(key, other.key) : Long.compare(other.rank, rank);
    }
  }

  /**
   * Nothing yet.
   *
   * @param capacity most things that are kept, at least 1
   */
  public Top(int capacity) {
    this.capacity = capacity;
  }

  /**
   * What is kept of a thing; null where it does not rank high enough.
   *
   * @param rank the same at every call for this key
   */
  public @Nullable V at(long key, long rank, Supplier<V> fresh) {
    if (!admits(rank, key)) {
      return null;
    }
    V known = byKey.get(key);
    if (known != null) {
      return known;
    }
    V value = fresh.get();
    put(new Place(rank, key), value);
    return value;
  }

  /** Whether a thing is or would be kept; most are not, and this needs no look at the table. */
  private boolean admits(long rank, long key) {
    return rank > lowestRank
        || (rank == lowestRank && (places.size() < capacity || key <= lowestKey));
  }

  private void put(Place place, V value) {
    if (places.size() == capacity) {
      byKey.remove(places.pollLastEntry().getValue());
    }
    places.put(place, place.key);
    byKey.put(place.key, value);
    if (places.size() == capacity) {
      Place lowest = places.lastKey();
      lowestRank = lowest.rank;
      lowestKey = lowest.key;
    }
  }

  /**
   * Takes in what another of the same capacity has kept.
   *
   * @param merge makes one of what both have kept of the same thing
   */
  public void add(Top<V> other, BinaryOperator<V> merge) {
    for (Place place : other.places.keySet()) {
      V theirs = other.byKey.get(place.key);
      V mine = byKey.get(place.key);
      if (theirs != null && mine != null) {
        byKey.put(place.key, merge.apply(mine, theirs));
      } else if (theirs != null && admits(place.rank, place.key)) {
        put(place, theirs);
      }
    }
  }

  /** What is kept, that of the highest rank first. */
  public Collection<V> values() {
    List<V> values = new ArrayList<>(byKey.size());
    for (long key : places.values()) {
      V value = byKey.get(key);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }
}
