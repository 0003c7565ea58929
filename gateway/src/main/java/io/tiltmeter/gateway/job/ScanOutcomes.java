package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;

/** Moves jobs on by what the scan of their training file found. */
@FunctionalInterface
public interface ScanOutcomes {

  /**
   * Applies a scan that is there already to a new job in stage {@link Stage#SCANNING}.
   *
   * <p>The file's row is locked against changes. A scan that ends meanwhile waits for this
   * transaction if it changes the file's row before it looks for waiting jobs.
   */
  void apply(Sql transaction, Job job);
}
