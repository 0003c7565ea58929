package io.tiltmeter.dashboards.job;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The review of a held job.
 *
 * @param state what everybody may know
 * @param staff what only staff may know; null for customers
 */
public record Review(String caseId, CaseKind kind, State state, @Nullable Desk staff) {

  /** How far the review is. */
  public enum State {
    OPEN,
    PROPOSED,
    RELEASED,
    KEPT
  }

  /**
   * What a reviewer works with.
   *
   * @param evidence digest of the evidence that a decision is bound to
   * @param form what the person who looks may do
   * @param draft what the person typed before it was refused; empty at first
   * @param decisions oldest first
   * @param appeal what the customer says against it; null if it says nothing
   */
  public record Desk(
      String evidence, Form form, Draft draft, List<Decision> decisions, @Nullable Appeal appeal) {
    public Desk {
      decisions = List.copyOf(decisions);
    }
  }

  /**
   * What a customer says against a decision, in its own words.
   *
   * @param key id of the API key that it came with
   */
  public record Appeal(String text, String key, Instant at) {}

  /** What the person who looks may do. */
  public enum Form {
    /** Nobody has proposed release. */
    FIRST,
    /** Another person has: this decision may release the model. */
    SECOND,
    /** This person has: another one must agree. */
    OWN_PROPOSAL,
    /** This person lacks the scope. */
    NOT_ALLOWED,
    /** The case is closed. */
    CLOSED;

    /** Whether there is a form to fill in. */
    public boolean isWritable() {
      return this == FIRST || this == SECOND;
    }
  }

  /** What a reviewer may decide. */
  public enum Action {
    RELEASE("release"),
    KEEP("keep");

    private final String wireName;

    Action(String wireName) {
      this.wireName = wireName;
    }

    /** The value of the form field {@code action}. */
    public String wireName() {
      return wireName;
    }
  }

  /**
   * A decision that was not accepted.
   *
   * @param error one sentence saying what to change; null at first
   */
  public record Draft(@Nullable Action action, String reason, @Nullable String error) {
    /** Nothing typed yet. */
    public static final Draft EMPTY = new Draft(null, "", null);
  }

  /**
   * One decision on record.
   *
   * @param stale whether the evidence has changed since, so that it no longer counts
   */
  public record Decision(String person, Action action, String reason, Instant at, boolean stale) {}
}
