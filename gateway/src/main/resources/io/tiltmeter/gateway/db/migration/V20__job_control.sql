-- A paused job waits where it is: no trainer gets it, and a training that went on was ended.
alter table job add column paused_at timestamptz;

alter table training_lease drop constraint training_lease_outcome_check;
alter table training_lease
  add check (outcome in ('completed', 'failed', 'lost', 'cancelled', 'stopped', 'paused'));

-- Which projects of a tenant may use a checkpoint. A project is a name of the tenant's own.
create table checkpoint_permission (
  id text primary key,
  tenant_id uuid not null references tenant,
  checkpoint_id text not null references training_checkpoint (id),
  project_id text not null,
  created_by text not null references api_key,
  created_at timestamptz not null,
  unique (checkpoint_id, project_id)
);
create index checkpoint_permission_by_tenant on checkpoint_permission (tenant_id, checkpoint_id);

-- What a customer says against a case. Its text is for staff only; a case has one at most.
create table appeal (
  id text primary key,
  case_id text not null unique references review_case,
  job_id text not null references job,
  tenant_id uuid not null references tenant,
  key_id text not null references api_key,
  text text not null,
  created_at timestamptz not null
);
