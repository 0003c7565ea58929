package io.tiltmeter.dashboards.policy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy that somebody proposed and nobody has activated yet.
 *
 * @param tenant for whom; null for all tenants that have no policy of their own
 * @param name the policy's name and version; empty where it cannot be read
 * @param digest of the policy
 * @param replaces digest of the policy that it was compared with
 * @param form what the person who looks may do
 * @param changes what it changes, laxer ones first
 */
public record Proposal(
    String id,
    @Nullable String tenant,
    String name,
    String digest,
    String replaces,
    String proposedBy,
    Instant proposedAt,
    Form form,
    List<Change> changes) {

  public Proposal {
    changes = List.copyOf(changes);
  }

  /** What the person who looks may do; anybody may withdraw. */
  public enum Form {
    /** Another person has proposed it: this one may activate it. */
    ACTIVATE("Another person has proposed it. Once you activate it, it holds for jobs to come."),
    /** This person has. */
    OWN("You have proposed this policy. Another person has to activate it."),
    /** What it was compared with no longer holds. */
    STALE(
        "The policy in force is no longer the one that this was compared with. Withdraw it and"
            + " propose again."),
    /** One of the two policies is not read by this version. */
    UNREADABLE(
        "This version cannot read the policy, or the one that it replaces. Withdraw it and propose"
            + " again.");

    private final String text;

    Form(String text) {
      this.text = text;
    }

    /** What the person should know, in one or two sentences. */
    public String text() {
      return text;
    }
  }

  /** Which way a value moves: what is released without a person becomes more, or less. */
  public enum Effect {
    LAXER,
    STRICTER,
    NEITHER
  }

  /**
   * One value that differs.
   *
   * @param path where it stands in the policy's file
   */
  public record Change(String path, String from, String to, Effect effect) {}

  /** Whether any value makes it laxer. */
  public boolean isLaxer() {
    return count(Effect.LAXER) > 0;
  }

  /** How many values change which way. */
  public String counts() {
    return "%d change%s: %d laxer, %d stricter, %d neither"
        .formatted(
            changes.size(),
            changes.size() == 1 ? "" : "s",
            count(Effect.LAXER),
            count(Effect.STRICTER),
            count(Effect.NEITHER));
  }

  private long count(Effect effect) {
    return changes.stream().filter(change -> change.effect() == effect).count();
  }
}
