package io.tiltmeter.gateway.trainer;

import io.tiltmeter.evaluator.vet.Artifact.Adapter;
import io.tiltmeter.evaluator.vet.Artifact.Base;
import io.tiltmeter.evaluator.vet.Artifact.Model;
import io.tiltmeter.evaluator.vet.ArtifactVetting;
import io.tiltmeter.evaluator.vet.VettingResult;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.PinnedModels;
import io.tiltmeter.policy.lineage.Manifest;
import java.nio.file.Path;

/**
 * Files that are to become an artifact of a job, as its result or as a checkpoint.
 *
 * @param folder holds them and nothing else
 * @param declared what was said of them
 */
record Delivery(Path folder, Manifest declared) {
  private static final String ADAPTER_CONFIG = "adapter_config.json";

  /** What they say that they are. */
  Artifact.Kind kind() {
    return declared.find(ADAPTER_CONFIG).isPresent() ? Artifact.Kind.ADAPTER : Artifact.Kind.MODEL;
  }

  /** Checks them, an adapter against what the job's training started from, and pins them. */
  VettingResult vet(Sql sql, Job job, ArtifactVetting vetting, PinnedModels models) {
    return vetting.vet(
        switch (kind()) {
          case ADAPTER -> new Adapter(folder, declared, base(sql, job, models), null);
          case MODEL -> new Model(folder, declared);
        });
  }

  private static Base base(Sql sql, Job job, PinnedModels models) {
    Artifact base = models.start(sql, job.baseModel(), job.start());
    return new Base(models.folder(base.digest()), base.manifest());
  }
}
