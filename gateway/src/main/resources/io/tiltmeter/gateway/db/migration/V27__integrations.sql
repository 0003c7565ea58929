-- What a job's trainer is to report the training to, as the customer named it.
alter table job add column integrations jsonb;

-- What trainers said that they report to, when they asked for jobs.
create table trainer_integration (
  key_id text not null references api_key,
  type text not null,
  seen_at timestamptz not null,
  primary key (key_id, type)
);
