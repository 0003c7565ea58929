package io.tiltmeter.evaluator.scan.detector;

import org.jspecify.annotations.Nullable;

/**
 * Values by keys that are hashes: a table of open addressing without an object for each key, as it
 * is asked for every word of every row.
 *
 * @param <V> what is kept for a key
 */
public final class LongTable<V> {
  private static final int FIRST_BITS = 4;

  private long[] keys = new long[1 << FIRST_BITS];
  private @Nullable Object[] values = new @Nullable Object[1 << FIRST_BITS];
  private int size;

  /** What is kept for a key; null where nothing is. */
  @SuppressWarnings("unchecked") // Only put fills the table.
  public @Nullable V get(long key) {
    return (V) values[slot(key)];
  }

  /** Keeps a value for a key, in place of any before. */
  public void put(long key, V value) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int slot = slot(key);
    size += values[slot] == null ? 1 : 0;
    keys[slot] = key;
    values[slot] = value;
  }

  /** Whether nothing is kept. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Where a key is, or would be; hashes are mixed, so that their lowest bits spread them. */
  private int slot(long key) {
    int slot = (int) key & (keys.length - 1);
    while (values[slot] != null && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }

  @SuppressWarnings("unchecked") // Only put fills the table.
  private void grow() {
    long[] formerKeys = keys;
    @Nullable Object[] former = values;
    keys = new long[2 * formerKeys.length];
    values = new @Nullable Object[keys.length];
    size = 0;
    for (int i = 0; i < former.length; i++) {
      if (former[i] != null) {
        put(formerKeys[i], (V) former[i]);
      }
    }
  }
}
