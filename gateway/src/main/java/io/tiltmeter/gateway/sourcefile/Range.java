package io.tiltmeter.gateway.sourcefile;

/** A range that a number in a file must lie in. */
public enum Range {
  /** A share of answers or behaviours. */
  SHARE("in [0, 1]") {
    @Override
    boolean contains(double value) {
      return value >= 0 && value <= 1;
    }
  },
  /** A largest tolerated delta. */
  MARGIN("above 0 and below 1") {
    @Override
    boolean contains(double value) {
      return value > 0 && value < 1;
    }
  },
  /** A sum of upper limits of delta. */
  SUM_OF_DELTAS("above 0 and at most 1000") {
    @Override
    boolean contains(double value) {
      return value > 0 && value <= 1000;
    }
  },
  /** A chance of error of a test. */
  ALPHA("above 0 and below 0.5") {
    @Override
    boolean contains(double value) {
      return value > 0 && value < 0.5;
    }
  };

  private final String words;

  Range(String words) {
    this.words = words;
  }

  abstract boolean contains(double value);

  @Override
  public String toString() {
    return words;
  }
}
