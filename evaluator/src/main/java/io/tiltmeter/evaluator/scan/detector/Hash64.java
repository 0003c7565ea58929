package io.tiltmeter.evaluator.scan.detector;

/** Hashes of 64 bits that are the same on every machine. */
public final class Hash64 {
  /** What the hash of a text begins with, before {@link #step} takes its units. */
  public static final long BEGIN = 0xcbf29ce484222325L;

  private static final long PRIME = 0x100000001b3L;

  private Hash64() {}

  /** The hash of a text's UTF-16 units (FNV-1a, mixed). */
  public static long of(CharSequence text) {
    return of(text, 0, text.length());
  }

  /** The hash of a part of a text, end excluded. */
  public static long of(CharSequence text, int from, int end) {
    long hash = BEGIN;
    for (int i = from; i < end; i++) {
      hash = step(hash, text.charAt(i));
    }
    return mix(hash);
  }

  /** The same, one unit after the other, for texts that are nowhere whole; mixed at the end. */
  public static long step(long hash, char unit) {
    return (hash ^ unit) * PRIME;
  }

  /**
   * A bijection whose outputs look random (the finaliser of SplitMix64: Steele, Lea and Flood,
   * OOPSLA 2014).
   */
  public static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
