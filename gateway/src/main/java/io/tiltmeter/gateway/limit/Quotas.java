package io.tiltmeter.gateway.limit;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import java.time.Clock;
import java.util.UUID;

/**
 * Keeps tenants to their share. In a transaction the tenant's other requests for more wait for its
 * end, so that many at once do not pass together.
 */
public final class Quotas {
  private final Limits.Share share;
  private final QuotaStore store;

  public Quotas(Limits.Share share, Clock clock) {
    this.share = share;
    this.store = new QuotaStore(clock);
  }

  /**
   * Whether a tenant may store so many bytes more.
   *
   * @throws RequestException with status 403 if it may not
   */
  public void requireBytes(Sql transaction, UUID tenantId, long bytes) {
    store.takeTurns(transaction, tenantId);
    long stored = store.storedBytes(transaction, tenantId);
    if (stored + bytes > share.storedBytes()) {
      throw exceeded(
          "storage_quota_exceeded",
          "The files and pending uploads of this organisation have %d bytes, and may have %d: there is no room for %d more. Delete files, or ask whoever runs this service."
              .formatted(stored, share.storedBytes(), bytes));
    }
  }

  /**
   * Whether a tenant may begin an upload in parts of so many bytes.
   *
   * @throws RequestException with status 403 if it may not
   */
  public void requireUpload(Sql transaction, UUID tenantId, long bytes) {
    requireBytes(transaction, tenantId, bytes);
    if (store.pendingUploads(transaction, tenantId) >= share.pendingUploads()) {
      throw exceeded(
          "upload_quota_exceeded",
          "This organisation has %d pending uploads, the most that it may have; complete or cancel one."
              .formatted(share.pendingUploads()));
    }
  }

  /**
   * Whether a tenant may have one more job that has not finished.
   *
   * @throws RequestException with status 403 if it may not
   */
  public void requireJob(Sql transaction, UUID tenantId) {
    store.takeTurns(transaction, tenantId);
    if (store.openJobs(transaction, tenantId) >= share.openJobs()) {
      throw exceeded(
          "job_quota_exceeded",
          "This organisation has %d jobs that have not finished, the most that it may have; wait for one to end, or cancel one."
              .formatted(share.openJobs()));
    }
  }

  private static RequestException exceeded(String code, String message) {
    return new RequestException(403, code, null, message);
  }
}
