package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.file.ResultFile;
import io.tiltmeter.gateway.file.ResultFileStore;
import java.time.Clock;

/**
 * Writes the customer's report on a job in the transaction that decides it, and never again: a
 * model that people let out after its job has failed changes neither the job nor its report.
 */
final class Reports {
  private final JobStore jobs;
  private final ReportStore facts = new ReportStore();
  private final ResultFileStore files;

  Reports(JobStore jobs, Clock clock) {
    this.jobs = jobs;
    this.files = new ResultFileStore(clock);
  }

  /** Writes the report on a job of which everything else is written down already. */
  void write(Sql transaction, String jobId) {
    Job job = jobs.findForStaff(transaction, jobId).orElseThrow();
    String text = CustomerReport.of(job, facts.facts(transaction, job)).json();
    files.write(transaction, new ResultFile(job.tenantId(), job.id(), text));
  }
}
