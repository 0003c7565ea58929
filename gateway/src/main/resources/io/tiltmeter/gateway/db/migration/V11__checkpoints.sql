-- A checkpoint is checked, pinned and judged while its training goes on. Those that were told of
-- before were never looked at.
alter table training_checkpoint
  add column id text,
  add column state text,
  add column reason text,
  add column number int check (number >= 1),
  add column artifact_digest text references artifact,
  add column judged_at timestamptz,
  add column accepted_at timestamptz,
  add column removed_at timestamptz;
update training_checkpoint set state = 'ended', reason = 'checkpoints were not judged then',
  id = 'ftckpt_' || substr(md5(lease_id || ' ' || step), 1, 24);
alter table training_checkpoint
  alter column id set not null,
  alter column state set not null,
  add unique (id),
  add check (state in ('arrived', 'pinned', 'judging', 'clear', 'blocked', 'refused', 'failed',
    'skipped', 'ended')),
  add check (accepted_at is null or state = 'clear');
create index training_checkpoint_by_job on training_checkpoint (job_id, created_at);
-- A job takes one of its checkpoints as its result at most.
create unique index training_checkpoint_accepted on training_checkpoint (job_id)
  where accepted_at is not null;
create index job_by_artifact on job (artifact_digest);

alter table training_lease drop constraint training_lease_outcome_check;
alter table training_lease
  add check (outcome in ('completed', 'failed', 'lost', 'cancelled', 'stopped'));

-- A job that went on with a checkpoint may come to be held for the same reason again: its first
-- case is closed then, and a second one opens.
alter table review_case drop constraint review_case_outcome_check;
alter table review_case
  add check (outcome in ('released', 'kept', 'expired', 'cancelled', 'superseded'));
alter table review_case drop constraint review_case_job_id_kind_key;
create unique index review_case_open on review_case (job_id, kind) where closed_at is null;

-- The screening of a checkpoint is an evaluation that can block and that never passes anything.
alter table evaluation add column checkpoint_id text references training_checkpoint (id);
drop index evaluation_of_artifact;
create unique index evaluation_of_artifact on evaluation (job_id, tuned_digest, pack_digest)
  where checkpoint_id is null;
create unique index evaluation_of_checkpoint on evaluation (checkpoint_id);
