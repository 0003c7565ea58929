package io.tiltmeter.gateway.serve;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.DatabaseException;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.metrics.Meters;
import io.tiltmeter.gateway.scan.RescanStore;
import io.tiltmeter.gateway.work.WorkKind;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the database knows of queues and stages, asked for at intervals and not by a scrape, which a
 * silent database would hold up. What is not known is NaN.
 */
final class Sampling {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final Database database;
  private final Stores stores;
  private final ScanVersions versions;
  private final RescanStore rescans = new RescanStore();
  private volatile Map<WorkKind, Double> ages = Map.of();
  private volatile Map<Stage, Double> jobs = Map.of();
  private volatile double rescansLeft = Double.NaN;

  Sampling(Database database, Stores stores, ScanVersions versions) {
    this.database = database;
    this.stores = stores;
    this.versions = versions;
  }

  /** Adds its gauges. */
  void mount(Meters meters) {
    for (WorkKind kind : WorkKind.values()) {
      meters.oldestWork(kind.wireName(), () -> ages.getOrDefault(kind, Double.NaN));
    }
    meters.rescansLeft(() -> rescansLeft);
    for (Stage stage : Stage.values()) {
      meters.jobsInStage(stage.wireName(), () -> jobs.getOrDefault(stage, Double.NaN));
    }
  }

  /**
   * Takes a sample.
   *
   * @throws DatabaseException if the database does not answer; nothing is known then
   */
  void take() {
    try {
      ages = ages();
      jobs = jobs();
      rescansLeft = rescans.progress(database, versions).left();
    } catch (DatabaseException e) {
      ages = Map.of();
      jobs = Map.of();
      rescansLeft = Double.NaN;
      throw e;
    }
  }

  private Map<WorkKind, Double> ages() {
    Map<WorkKind, Double> seconds = new EnumMap<>(WorkKind.class);
    for (WorkKind kind : WorkKind.values()) {
      seconds.put(kind, stores.work().oldestAge(database, kind).toMillis() / MILLIS_PER_SECOND);
    }
    return seconds;
  }

  private Map<Stage, Double> jobs() {
    Map<Stage, Long> counts = stores.jobs().counts(database);
    Map<Stage, Double> jobs = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      jobs.put(stage, counts.getOrDefault(stage, 0L).doubleValue());
    }
    return jobs;
  }
}
