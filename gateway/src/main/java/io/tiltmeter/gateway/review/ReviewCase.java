package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that a person has to look at.
 *
 * @param reasons the statement of reasons, as JSON: what was found, against which threshold
 * @param evidence digest of what the decision rests on; decisions name it
 * @param closesAt when the job ends by itself, if it does
 * @param decisions in the order in which they were made
 * @param appeal what the customer says against it, if it does
 */
public record ReviewCase(
    String id,
    String jobId,
    UUID tenantId,
    HeldFor kind,
    String reasons,
    Digest evidence,
    Instant openedAt,
    @Nullable Instant closesAt,
    @Nullable Instant closedAt,
    @Nullable String outcome,
    List<Decision> decisions,
    @Nullable Appeal appeal) {
  static final String PREFIX = "case_";

  private static final String ALERT = "alert_";

  public ReviewCase {
    decisions = List.copyOf(decisions);
  }

  /** Whether people can still decide on it. */
  public boolean isOpen() {
    return closedAt == null;
  }

  /** Whether its job went on with another model before anybody decided. */
  public boolean isSuperseded() {
    return "superseded".equals(outcome);
  }

  /** Id of the alert that is the opening of the case with this id. */
  static String alertOf(String caseId) {
    return ALERT + caseId.substring(PREFIX.length());
  }

  /** Id of the case whose opening is this alert; what is no alert's id gives one of no case. */
  static String ofAlert(String alertId) {
    return alertId.startsWith(ALERT) ? PREFIX + alertId.substring(ALERT.length()) : "";
  }

  /**
   * What the customer says against a case; for the people who review, and never for a log.
   *
   * @param keyId the API key that it came with
   */
  public record Appeal(String id, String text, String keyId, Instant at) {
    @Override
    public String toString() {
      return "Appeal[%s]".formatted(id);
    }
  }

  /** What a person wants to happen. */
  public enum Action {
    /** Let the job go on against the scan or the gate. */
    RELEASE,
    /** Keep it back. */
    KEEP;

    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * The action of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Action of(String wireName) {
      return valueOf(wireName.toUpperCase(java.util.Locale.ROOT));
    }
  }

  /** What one person decided, on which evidence and why. */
  public record Decision(
      String person, Action action, String reason, Digest evidence, Instant at) {}
}
