package io.tiltmeter.gateway.checkpoint;

/** Hears what became of checkpoints, after the commit; for metrics. */
@FunctionalInterface
public interface CheckpointObserver {

  /** A checkpoint of a job on this base is in this state now, and leaves it no more. */
  void ended(String baseModel, CheckpointState state);
}
