package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.ResultFileStore;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a job beside its row.
 *
 * @param verdict the latest, once there is one
 * @param offer the checkpoint that can be taken as the result, while one can
 * @param statement why it was held back, if it was
 * @param report id of the file that its customer was written once it was decided
 */
record Standing(
    @Nullable JobVerdict verdict,
    Checkpoint.@Nullable Offer offer,
    @Nullable StatementView statement,
    @Nullable String report) {

  /** Looks up how jobs stand. */
  static final class Desk {
    private final JobStore jobs;
    private final CheckpointStore checkpoints;
    private final StatementStore statements = new StatementStore();
    private final ResultFileStore reports;

    Desk(JobStore jobs, Clock clock) {
      this.jobs = jobs;
      this.checkpoints = new CheckpointStore(clock);
      this.reports = new ResultFileStore(clock);
    }

    /** How these jobs of one tenant stand, by their ids. */
    Map<String, Standing> of(Sql sql, UUID tenantId, List<Job> of) {
      List<String> ids = of.stream().map(Job::id).toList();
      Map<String, JobVerdict> verdicts = jobs.verdicts(sql, tenantId, ids);
      Map<String, Checkpoint.Offer> offers = checkpoints.offers(sql, tenantId, ids);
      Map<String, StatementView> kept =
          new HashMap<>(statements.ofBlockedFiles(sql, tenantId, ids));
      kept.putAll(statements.of(sql, tenantId, ids));
      Map<String, String> written = reports.ofJobs(sql, tenantId, ids);
      return ids.stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  Function.identity(),
                  id ->
                      new Standing(
                          verdicts.get(id), offers.get(id), kept.get(id), written.get(id))));
    }

    /** How this job stands. */
    Standing of(Sql sql, Job job) {
      return of(sql, job.tenantId(), List.of(job)).values().iterator().next();
    }
  }
}
