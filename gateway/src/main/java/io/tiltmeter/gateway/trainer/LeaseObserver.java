package io.tiltmeter.gateway.trainer;

/** Hears what happens to leases; for metrics. */
@FunctionalInterface
public interface LeaseObserver {

  /** A trainer went silent, and its job waits for another or is given up. */
  void lost();
}
