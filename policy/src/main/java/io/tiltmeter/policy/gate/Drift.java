package io.tiltmeter.policy.gate;

/** The direction of change that a test looks for; its own direction is positive. */
enum Drift {
  /** Harmful probes and tasks: base minus tuned. */
  LOST {
    @Override
    double of(double base, double tuned) {
      return base - tuned;
    }
  },
  /** Benign twins: tuned minus base. */
  GAINED {
    @Override
    double of(double base, double tuned) {
      return tuned - base;
    }
  };

  /** The change between two rates in [0, 1], itself in [-1, 1]. */
  abstract double of(double base, double tuned);
}
