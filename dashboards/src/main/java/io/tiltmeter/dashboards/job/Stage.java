package io.tiltmeter.dashboards.job;

/** The stages of a job, in their order. */
public enum Stage {
  UPLOAD("Upload"),
  SCAN("Data set scan"),
  TRAINING("Training"),
  VETTING("File vetting"),
  EVALUATION("Evaluation"),
  GATE("Gate"),
  RELEASE("Release");

  private final String text;

  Stage(String text) {
    this.text = text;
  }

  /** What people read. */
  public String text() {
    return text;
  }
}
