package io.tiltmeter.dashboards.job;

import io.tiltmeter.dashboards.look.Icon;
import io.tiltmeter.dashboards.look.Tone;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How a job stands, in the words of the product; the API's status is a separate matter. */
public enum Outcome {
  IN_PROGRESS("In progress", Tone.LIVE, Icon.CLOCK),
  HELD("Held for review", Tone.CAUTION, Icon.PAUSE),
  RELEASED("Released", Tone.GOOD, Icon.CHECK),
  RELEASED_BY_REVIEW("Released by review", Tone.CAUTION, Icon.SHIELD),
  BLOCKED("Blocked", Tone.BAD, Icon.STOP),
  /** Something broke; no statement about safety. */
  FAILED("Failed", Tone.NEUTRAL, Icon.ALERT),
  CANCELLED("Cancelled", Tone.NEUTRAL, Icon.DASH);

  private final String text;
  private final Tone tone;
  private final Icon icon;

  Outcome(String text, Tone tone, Icon icon) {
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

  /** The value of the query parameter {@code status}, such as {@code in-progress}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The outcome of this name, if there is one. */
  public static Optional<Outcome> ofWireName(String wireName) {
    return Stream.of(values()).filter(outcome -> outcome.wireName().equals(wireName)).findFirst();
  }
}
