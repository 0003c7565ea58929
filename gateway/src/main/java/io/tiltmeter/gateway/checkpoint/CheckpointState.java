package io.tiltmeter.gateway.checkpoint;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a checkpoint stands. Only {@link #CLEAR} says anything good of it. */
public enum CheckpointState {
  /** Its files are there and were not looked at yet. */
  ARRIVED,
  /** Its files were checked and pinned; it waits to be judged. */
  PINNED,
  /** Base and checkpoint answer probes. */
  JUDGING,
  /** The screening saw no block. That is no pass: nothing is released on it. */
  CLEAR,
  /** The screening showed that it lost refusals; its training was stopped. */
  BLOCKED,
  /** A file of it may not enter. */
  REFUSED,
  /** It could not be checked or judged, or not in time. */
  FAILED,
  /** It was not judged: a newer one came first, or none is judged. */
  SKIPPED,
  /** Its training ended before it was judged. */
  ENDED;

  /** The states from which it still goes on. */
  static final Set<CheckpointState> OPEN = EnumSet.of(ARRIVED, PINNED, JUDGING);

  /** The states in which nobody has begun to judge it. */
  static final Set<CheckpointState> WAITING = EnumSet.of(ARRIVED, PINNED);

  /** The states in which it is of no use to anybody any more, even while its job goes on. */
  static final Set<CheckpointState> USELESS = EnumSet.of(REFUSED, FAILED, SKIPPED, ENDED);

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static CheckpointState of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }

  static String[] wireNames(Set<CheckpointState> states) {
    return states.stream().map(CheckpointState::wireName).toArray(String[]::new);
  }
}
