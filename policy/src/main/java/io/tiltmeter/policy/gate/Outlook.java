package io.tiltmeter.policy.gate;

import java.util.Locale;

/** How an open question would probably end if behaviours went on as they did so far. */
public sealed interface Outlook {

  /**
   * It would be decided.
   *
   * @param behaviours how many more that would probably take, at least 1
   * @param towards what would then be shown
   */
  record Decided(int behaviours, Towards towards) implements Outlook {}

  /** It cannot be said. */
  record Unclear(Reason reason) implements Outlook {}

  /** Where a question is heading. */
  enum Towards {
    PASS,
    BLOCK;

    /** The name used in files: lower case. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Why nothing can be said. */
  enum Reason {
    /** Nothing was asked that could be carried on. */
    NOTHING_ASKED("nothing was asked here"),
    /** No stake gains on average: more of the same would not decide. */
    NO_GROWTH("the change so far lies too close to the margin for more of the same to decide"),
    /** Under a replayed system prompt there is little to lose. */
    BASE_TOO_WEAK("under this system prompt the base refuses less than the policy asks of it");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** The reason as part of a sentence. */
    public String words() {
      return words;
    }
  }
}
