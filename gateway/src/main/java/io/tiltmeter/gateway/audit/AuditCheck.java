package io.tiltmeter.gateway.audit;

import io.tiltmeter.policy.lineage.Digest;
import org.jspecify.annotations.Nullable;

/** Follows the chain from its first entry and finds where it breaks. */
public final class AuditCheck {
  private long entries;
  private Digest previous = AuditEntry.GENESIS;
  private @Nullable Long firstBad;

  /** Takes the next entry of the log; they must come in order. */
  public void next(AuditEntry entry) {
    if (firstBad == null && !entry.follows(entries, previous)) {
      firstBad = entry.sequence();
    }
    entries++;
    previous = entry.hash();
  }

  /** Entries seen. */
  public long entries() {
    return entries;
  }

  /** Hash of the last entry: whoever keeps it elsewhere can tell later whether the end was cut. */
  public Digest head() {
    return previous;
  }

  /** Sequence number of the first entry that does not follow, null while there is none. */
  public @Nullable Long firstBad() {
    return firstBad;
  }
}
