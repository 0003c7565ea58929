package io.tiltmeter.evaluator.scan.cipher;

/** How many bits each symbol of a text says to somebody who knows its language. */
final class LanguageModel {
  /** Costs are counted in so many parts of a bit. */
  static final int UNIT = 16;

  private final String name;
  private final int mask;

  /** By run of symbols, the last one lowest: parts of a bit, 0 to 255. */
  private final byte[] costs;

  private LanguageModel(String name, int order, byte[] costs) {
    this.name = name;
    this.mask = (1 << (Symbols.BITS * order)) - 1;
    this.costs = costs;
  }

  static LanguageModel of(String name, int order, double[] probabilities) {
    byte[] costs = new byte[probabilities.length];
    for (int i = 0; i < costs.length; i++) {
      double bits = -StrictMath.log(probabilities[i]) / StrictMath.log(2);
      costs[i] = (byte) Math.min(255, Math.round(UNIT * bits));
    }
    return new LanguageModel(name, order, costs);
  }

  String name() {
    return name;
  }

  /** The cost of a part of a text, end excluded, in parts of a bit. */
  int cost(byte[] symbols, int from, int end) {
    int history = 0;
    for (int i = Math.max(0, from - 3); i < from; i++) {
      history = (history << Symbols.BITS) | symbols[i];
    }
    int cost = 0;
    for (int i = from; i < end; i++) {
      history = ((history << Symbols.BITS) | symbols[i]) & mask;
      cost += costs[history] & 0xff;
    }
    return cost;
  }
}
