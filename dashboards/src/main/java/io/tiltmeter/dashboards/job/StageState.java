package io.tiltmeter.dashboards.job;

import io.tiltmeter.dashboards.look.Icon;
import io.tiltmeter.dashboards.look.Tone;

/** How far one stage is. */
public enum StageState {
  WAITING("Not started", Tone.NEUTRAL, Icon.RING),
  RUNNING("Running", Tone.LIVE, Icon.CLOCK),
  DONE("Done", Tone.GOOD, Icon.CHECK),
  /** Waits for people. */
  HELD("Held", Tone.CAUTION, Icon.PAUSE),
  /** What the stage looks for was found: the job goes no further by itself. */
  REFUSED("Stopped here", Tone.BAD, Icon.STOP),
  /** The stage could not be done. */
  FAILED("Failed", Tone.NEUTRAL, Icon.ALERT),
  SKIPPED("Not run", Tone.NEUTRAL, Icon.DASH);

  private final String text;
  private final Tone tone;
  private final Icon icon;

  StageState(String text, Tone tone, Icon icon) {
    this.text = text;
    this.tone = tone;
    this.icon = icon;
  }

  /** What people read. */
  public String text() {
    return text;
  }

  /** The colour. */
  public Tone tone() {
    return tone;
  }

  /** The shape beside the text. */
  public Icon icon() {
    return icon;
  }
}
