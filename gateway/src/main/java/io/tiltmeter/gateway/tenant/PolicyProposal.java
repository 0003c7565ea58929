package io.tiltmeter.gateway.tenant;

import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A policy that one person wants to hold, for a tenant or for all that have none of their own.
 *
 * @param target for whom
 * @param policy digest of what is proposed; its text is kept
 * @param replaces digest of what was in force when it was proposed
 * @param end null as long as it is open
 */
public record PolicyProposal(
    String id,
    Target target,
    Digest policy,
    Digest replaces,
    String proposedBy,
    Instant proposedAt,
    @Nullable End end) {

  /** Whose policy it is. */
  public sealed interface Target {
    /** What a target is called in the audit log. */
    String subject();

    /** One tenant's own. */
    record OfTenant(UUID id, String name) implements Target {
      @Override
      public String subject() {
        return name;
      }
    }

    /** That of every tenant that has none of its own. */
    record OfInstallation() implements Target {
      @Override
      public String subject() {
        return "installation";
      }
    }
  }

  /** How a proposal ends. */
  public enum Outcome {
    ACTIVATED,
    WITHDRAWN
  }

  /** Who ended it. */
  public record End(Outcome outcome, String person, Instant at) {}

  public boolean isOpen() {
    return end == null;
  }
}
