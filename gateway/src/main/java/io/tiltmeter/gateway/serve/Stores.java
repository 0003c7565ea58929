package io.tiltmeter.gateway.serve;

import io.tiltmeter.evaluator.scan.ScanVersions;
import io.tiltmeter.gateway.answercache.BaseAnswerStore;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.evaluation.EvaluationStore;
import io.tiltmeter.gateway.job.EventStore;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.model.BaseModelStore;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.scan.DatasetCaseStore;
import io.tiltmeter.gateway.scan.ScanStore;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;

/** Everything that is kept in the database, by feature. */
record Stores(
    KeyStore keys,
    JobStore jobs,
    EventStore events,
    WorkStore work,
    ScanStore scans,
    ArtifactStore artifacts,
    BaseModelStore bases,
    EvaluationStore evaluations,
    BaseAnswerStore baseAnswers,
    CaseStore cases,
    DatasetCaseStore datasetCases,
    CheckpointStore checkpoints,
    AuditStore audit) {

  static Stores of(Clock clock, ScanVersions versions) {
    return new Stores(
        new KeyStore(clock),
        new JobStore(clock),
        new EventStore(clock),
        new WorkStore(clock),
        new ScanStore(clock, versions),
        new ArtifactStore(clock),
        new BaseModelStore(clock),
        new EvaluationStore(clock),
        new BaseAnswerStore(clock),
        new CaseStore(clock),
        new DatasetCaseStore(clock),
        new CheckpointStore(clock),
        new AuditStore(clock));
  }
}
