package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Sql;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds checkpoints by what customers call them. */
public final class NamedCheckpoints {
  private static final Pattern NAME =
      Pattern.compile("(ft:.+:([0-9A-Za-z]+)):ckpt-step-(\\d{1,18})");

  private final JobStore jobs;
  private final CheckpointStore checkpoints;

  public NamedCheckpoints(Clock clock) {
    this.jobs = new JobStore(clock);
    this.checkpoints = new CheckpointStore(clock);
  }

  /**
   * This tenant's checkpoint; where a step was sent under several leases, the newest.
   *
   * @param name its id, or {@code ft:…:ckpt-step-N}
   */
  public Optional<Checkpoint> find(Sql sql, UUID tenantId, String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return checkpoints.find(sql, name).filter(found -> found.tenantId().equals(tenantId));
    }
    long step = Long.parseLong(parts.group(3));
    return jobs.beginningWith(sql, tenantId, Job.ID_PREFIX + parts.group(2)).stream()
        .filter(job -> job.releaseName().equals(parts.group(1)))
        .findFirst()
        .flatMap(job -> checkpoints.ofStep(sql, tenantId, job.id(), step));
  }
}
