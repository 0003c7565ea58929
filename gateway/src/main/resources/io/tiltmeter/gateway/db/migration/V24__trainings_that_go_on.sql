-- The checkpoint that the trainer was told to go on from; null where the training begins at the
-- base.
alter table training_lease add column resumed_from text references training_checkpoint (id);

-- Which of a job's leases came last, also where two came in one instant.
alter table training_lease add column number bigint generated always as identity;

-- For each job what its training would go on from: its newest checkpoint whose files are pinned,
-- but for one that was blocked and what came after it under the same lease.
create view checkpoint_to_go_on_from as
  select distinct on (job_id) id, job_id, tenant_id, lease_id, step, artifact_digest
  from training_checkpoint as candidate
  where artifact_digest is not null and removed_at is null and state <> 'blocked'
    and not exists (select 1 from training_checkpoint as blocked
      where blocked.lease_id = candidate.lease_id and blocked.state = 'blocked'
        and blocked.step <= candidate.step)
  order by job_id, created_at desc, step desc;
