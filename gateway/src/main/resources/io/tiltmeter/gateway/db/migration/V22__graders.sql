-- What gives the reward where a job trains by reinforcement, as the customer wrote it.
alter table job add column grader jsonb;

-- What was found when a job's grader was tried. A job that has a grader waits for this row.
create table grader_trial (
  job_id text primary key references job,
  tenant_id uuid not null references tenant,
  -- As dataset findings are written; empty where nothing was found.
  findings jsonb not null,
  tried_at timestamptz not null
);

-- What trainers said that they can train, when they asked for jobs.
create table trainer_method (
  key_id text not null references api_key,
  method text not null,
  seen_at timestamptz not null,
  primary key (key_id, method)
);
