package io.tiltmeter.evaluator.scan.cipher;

import java.util.Arrays;

/** Counts of runs of symbols, from which a {@link LanguageModel} is made. */
final class NGrams {
  private static final int STEPS = 8;
  private static final double DOUBLING = Math.log(2);

  final int order;
  private final int[] counts;

  /**
   * None yet.
   *
   * @param order symbols of a run, 2 to 4
   */
  NGrams(int order) {
    this.order = order;
    this.counts = new int[1 << (Symbols.BITS * order)];
  }

  /** Counts every run of a text. */
  void count(SymbolText text) {
    int mask = counts.length - 1;
    int history = 0;
    for (int i = 0; i < text.length; i++) {
      history = ((history << Symbols.BITS) | text.symbols[i]) & mask;
      counts[history]++;
    }
  }

  /** Counts one run so many times more; its last symbol is in the lowest bits. */
  void add(int run, int count) {
    counts[run] += count;
  }

  /** Logarithms of the counts in eighths of a doubling, from 1; 0 for less than {@code least}. */
  byte[] logarithms(int least) {
    byte[] logarithms = new byte[counts.length];
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] >= least) {
        logarithms[i] = (byte) (1 + Math.round(STEPS * Math.log(counts[i]) / DOUBLING));
      }
    }
    return logarithms;
  }

  /** The counts that these logarithms stand for. */
  static NGrams of(int order, byte[] logarithms) {
    NGrams grams = new NGrams(order);
    for (int i = 0; i < logarithms.length; i++) {
      int logarithm = logarithms[i] & 0xff;
      if (logarithm > 0) {
        grams.counts[i] = (int) Math.round(StrictMath.pow(2, (logarithm - 1) / (double) STEPS));
      }
    }
    return grams;
  }

  /**
   * Probabilities of each symbol after those before it, interpolated with those of shorter runs (I.
   * H. Witten and T. C. Bell, "The zero-frequency problem", IEEE Trans. Inf. Theory 37 (1991)).
   */
  LanguageModel model(String name) {
    double[] shorter = new double[Symbols.COUNT];
    Arrays.fill(shorter, 1.0 / Symbols.COUNT);
    for (int n = 1; n <= order; n++) {
      shorter = interpolate(marginal(n), shorter);
    }
    return LanguageModel.of(name, order, shorter);
  }

  private long[] marginal(int n) {
    long[] sums = new long[1 << (Symbols.BITS * n)];
    int mask = sums.length - 1;
    for (int i = 0; i < counts.length; i++) {
      sums[i & mask] += counts[i];
    }
    return sums;
  }

  private static double[] interpolate(long[] sums, double[] shorter) {
    double[] result = new double[sums.length];
    for (int context = 0; context < sums.length; context += Symbols.COUNT) {
      long total = 0;
      int kinds = 0;
      for (int symbol = 0; symbol < Symbols.COUNT; symbol++) {
        total += sums[context + symbol];
        kinds += sums[context + symbol] > 0 ? 1 : 0;
      }
      for (int symbol = 0; symbol < Symbols.COUNT; symbol++) {
        double backed = shorter[(context + symbol) & (shorter.length - 1)];
        result[context + symbol] =
            total == 0 ? backed : (sums[context + symbol] + kinds * backed) / (total + kinds);
      }
    }
    return result;
  }
}
