package io.tiltmeter.gateway.audit;

import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One entry of the audit log.
 *
 * @param sequence counts from 1 without gaps
 * @param at to the millisecond
 * @param actor a person, a trainer, a tenant's key or {@code gateway}
 * @param action what was done, in kebab case
 * @param subject id of what it was done to
 * @param details further facts; never training text, prompts or answers
 * @param previous hash of the entry before; {@link #GENESIS} for the first
 * @param hash over all other members
 */
public record AuditEntry(
    long sequence,
    Instant at,
    String actor,
    String action,
    String subject,
    Map<String, String> details,
    Digest previous,
    Digest hash) {

  /** What the first entry has in place of a hash before it. */
  public static final Digest GENESIS = Digest.of("tiltmeter audit log v1");

  public AuditEntry {
    details = Map.copyOf(details);
  }

  /** The entry that follows this state of the chain. */
  static AuditEntry following(long last, Digest previous, Instant at, Fact fact) {
    Digest hash = hash(last + 1, at, fact, previous);
    return new AuditEntry(
        last + 1, at, fact.actor(), fact.action(), fact.subject(), fact.details(), previous, hash);
  }

  /** Whether this entry is what it was, and follows the entry with this sequence and hash. */
  public boolean follows(long last, Digest previousHash) {
    Fact fact = new Fact(actor, action, subject, details);
    return sequence == last + 1
        && previous.equals(previousHash)
        && hash.equals(hash(sequence, at, fact, previous));
  }

  /** What an entry says. */
  public record Fact(String actor, String action, String subject, Map<String, String> details) {
    public Fact {
      details = Map.copyOf(details);
    }
  }

  /** SHA-256 over the canonical JSON (RFC 8785) of the entry's other members. */
  private static Digest hash(long sequence, Instant at, Fact fact, Digest previous) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("sequence", sequence);
    members.put("at", at.toString());
    members.put("actor", fact.actor());
    members.put("action", fact.action());
    members.put("subject", fact.subject());
    members.put("details", fact.details());
    members.put("previous", previous.toString());
    return Digest.of(CanonicalJson.of(members));
  }
}
