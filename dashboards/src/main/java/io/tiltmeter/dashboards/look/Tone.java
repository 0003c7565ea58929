package io.tiltmeter.dashboards.look;

import java.util.Locale;

/** What a mark means to its reader; colour is never its only carrier. */
public enum Tone {
  GOOD,
  CAUTION,
  BAD,
  LIVE,
  NEUTRAL;

  /** The class name that style sheets know it by. */
  public String cssClass() {
    return "tone-" + name().toLowerCase(Locale.ROOT);
  }
}
