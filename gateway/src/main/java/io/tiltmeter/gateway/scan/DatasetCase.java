package io.tiltmeter.gateway.scan;

import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A training file that a later scan found worse than an earlier one, for people to look at.
 *
 * @param scan number of the scan that found it worse
 * @param reasons as JSON: what changed, and which jobs and models were trained on the file; no text
 *     of any row
 * @param evidence digest of the reasons
 * @param end how it was closed; null while it is open
 */
public record DatasetCase(
    String id,
    UUID tenantId,
    String fileId,
    int scan,
    String reasons,
    Digest evidence,
    Instant openedAt,
    @Nullable End end) {

  /** Who closed it, and why. */
  public record End(String person, String reason, Instant at) {}
}
