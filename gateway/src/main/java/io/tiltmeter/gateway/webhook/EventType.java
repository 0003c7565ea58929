package io.tiltmeter.gateway.webhook;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a webhook can tell of; the object whose id it carries is named in brackets. */
public enum EventType {
  /** A model was released (job). */
  JOB_SUCCEEDED("fine_tuning.job.succeeded"),
  /** A job ended without a model; comes once, also where people release the model later (job). */
  JOB_FAILED("fine_tuning.job.failed"),
  /** A job ended at its customer's wish (job). */
  JOB_CANCELLED("fine_tuning.job.cancelled"),
  /** A job waits for a person, or for an appeal. Ours (job). */
  JOB_HELD("fine_tuning.job.held"),
  /** The scan or the gate holds a job back for good; comes beside the failure. Ours (job). */
  JOB_BLOCKED("fine_tuning.job.blocked"),
  /** Something was found that people have to look at (alert). */
  ALERT_CREATED("safety.alert.created"),
  /** People have decided on a case. Ours (case). */
  CASE_CLOSED("safety.case.closed");

  private final String wireName;

  EventType(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  /** The type of this name, if there is one. */
  static Optional<EventType> find(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName.equals(wireName)).findFirst();
  }

  /** The names of all. */
  static List<String> names() {
    return Arrays.stream(values()).map(EventType::wireName).toList();
  }
}
