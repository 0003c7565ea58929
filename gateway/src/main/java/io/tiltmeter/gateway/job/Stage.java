package io.tiltmeter.gateway.job;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Where a job stands. */
public enum Stage {
  /** The upload is still being read. */
  SCANNING("validating_files"),
  /** A trainer may take it. */
  QUEUED("queued"),
  TRAINING("running"),
  /** The artifact is checked and pinned. */
  VETTING("running"),
  /** Base and tuned model answer the probes. */
  EVALUATING("running"),
  /** The verdict allows it, or two people do: the model is written and signed. */
  RELEASING("running"),
  /** A person has to look at it; {@link HeldFor} says why. */
  HELD("running"),
  RELEASED("succeeded"),
  /** Held back for good by the scan or the gate. */
  BLOCKED("failed"),
  /** Could not be done. */
  FAILED("failed"),
  CANCELLED("cancelled");

  /** The stages that a job leaves no more. */
  public static final Set<Stage> FINAL = EnumSet.of(RELEASED, BLOCKED, FAILED, CANCELLED);

  private final String status;

  Stage(String status) {
    this.status = status;
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The stage of this name. */
  public static Stage of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }

  public boolean isFinal() {
    return FINAL.contains(this);
  }

  /** The stages that have this status in the public API. */
  static Set<Stage> withStatus(String status) {
    EnumSet<Stage> stages = EnumSet.noneOf(Stage.class);
    Stream.of(values()).filter(stage -> stage.status.equals(status)).forEach(stages::add);
    return stages;
  }

  /** The status in the public API. */
  public String status() {
    return status;
  }
}
