package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Says which past file is scanned again next, and when: one at a time, whatever the number of
 * processes, and none while an upload waits for its first scan.
 */
public final class RescanPlan {
  private static final Duration HOUR = Duration.ofHours(1);

  private final RescanStore rescans = new RescanStore();
  private final ScanStore scans;
  private final WorkStore work;
  private final int perHour;
  private final Clock clock;

  /**
   * A plan.
   *
   * @param perHour files that are scanned again in an hour at most; 0 for none
   */
  public RescanPlan(ScanStore scans, WorkStore work, int perHour, Clock clock) {
    this.scans = scans;
    this.work = work;
    this.perHour = perHour;
    this.clock = clock;
  }

  /** What past files are scanned with. */
  public ScanVersions versions() {
    return scans.versions();
  }

  /** Whether past files are scanned again at all. */
  public boolean isOn() {
    return perHour > 0;
  }

  /** Asks for the next file, unless one is asked for already; to be called now and then. */
  public void next(Database database) {
    database.transact(
        sql -> {
          scans.register(sql, scans.versions());
          next(sql);
        });
  }

  /** As {@link #next(Database)}, with what has just been scanned. */
  void next(Sql transaction) {
    rescans.lock(transaction);
    if (!isOn()
        || !rescans.isNewest(transaction, scans.versions())
        || work.isAnyOpen(transaction, WorkKind.RESCAN)) {
      return;
    }
    rescans
        .next(transaction, scans.versions())
        .ifPresent(file -> work.renew(transaction, WorkKind.RESCAN, file, due(transaction)));
  }

  private Instant due(Sql sql) {
    Instant now = clock.instant();
    return rescans
        .last(sql)
        .map(last -> last.plus(HOUR.dividedBy(perHour)))
        .filter(due -> due.isAfter(now))
        .orElse(now);
  }
}
