-- Every table that belongs to a tenant names it, and every query on such a table does too.
-- Digests are written "sha256:<64 hex>". Times are instants.

create table tenant (
  id uuid primary key,
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  policy_digest text,
  created_at timestamptz not null
);

-- Policies as their owners wrote them, by the digest of the effective policy.
create table policy (
  digest text primary key,
  name text not null,
  text text not null,
  created_at timestamptz not null
);

alter table tenant add foreign key (policy_digest) references policy;

create table api_key (
  id text primary key,
  hash text not null unique,
  hint text not null,
  kind text not null check (kind in ('tenant', 'staff', 'trainer')),
  tenant_id uuid references tenant,
  holder text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  check ((kind = 'tenant') = (tenant_id is not null))
);

create table browser_session (
  hash text primary key,
  key_id text not null references api_key,
  csrf text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- An upload. It stays in quarantine until its scan is there.
create table training_file (
  id text primary key,
  tenant_id uuid not null references tenant,
  digest text not null,
  bytes bigint not null,
  filename text not null,
  purpose text not null,
  uploaded_by text not null references api_key,
  uploaded_from text not null,
  created_at timestamptz not null,
  deleted_at timestamptz,
  state text not null check (state in ('quarantined', 'scanned', 'invalid')),
  examples bigint,
  problem text,
  scanned_at timestamptz
);
create index training_file_by_tenant on training_file (tenant_id, created_at desc, id desc);

create table scan_finding (
  file_id text not null references training_file,
  tenant_id uuid not null references tenant,
  position int not null,
  detector text not null,
  version text not null,
  severity text not null,
  count bigint not null,
  statistic double precision,
  p double precision,
  lines bigint[] not null,
  message text not null,
  primary key (file_id, position)
);

-- System prompts that a training file repeats; the evaluation replays them.
create table repeated_system_prompt (
  file_id text not null references training_file,
  tenant_id uuid not null references tenant,
  position int not null,
  count bigint not null,
  text text not null,
  primary key (file_id, position)
);

-- A pinned set of model files, by the digest of its manifest.
create table artifact (
  digest text primary key,
  kind text not null check (kind in ('model', 'adapter')),
  created_at timestamptz not null
);

create table artifact_file (
  artifact_digest text not null references artifact,
  path text not null,
  size bigint not null,
  digest text not null,
  primary key (artifact_digest, path)
);

create table base_model (
  name text primary key,
  artifact_digest text not null references artifact,
  source text not null,
  revision text,
  created_at timestamptz not null
);

create table job (
  id text primary key,
  tenant_id uuid not null references tenant,
  base_model text not null references base_model,
  file_id text not null references training_file,
  created_by text not null references api_key,
  suffix text,
  seed bigint not null,
  method text not null,
  hyperparameters jsonb not null,
  metadata jsonb,
  policy_digest text not null references policy,
  idempotency_key text,
  request_digest text not null,
  stage text not null check (stage in ('scanning', 'queued', 'training', 'vetting', 'evaluating',
    'releasing', 'held', 'released', 'blocked', 'failed', 'cancelled')),
  held_for text check (held_for in ('dataset', 'block', 'inconclusive')),
  error_code text,
  error_message text,
  error_param text,
  trained_tokens bigint,
  artifact_digest text references artifact,
  model_name text unique,
  created_at timestamptz not null,
  stage_at timestamptz not null,
  finished_at timestamptz,
  check ((stage = 'held') = (held_for is not null))
);
create index job_by_tenant on job (tenant_id, created_at desc, id desc);
create index job_by_stage on job (stage, created_at);
create unique index job_by_idempotency_key on job (tenant_id, idempotency_key);

create table job_event (
  id text primary key,
  job_id text not null references job,
  tenant_id uuid not null references tenant,
  sequence bigint not null,
  created_at timestamptz not null,
  level text not null check (level in ('info', 'warn', 'error')),
  type text not null,
  message text not null,
  data jsonb,
  unique (job_id, sequence)
);

-- Work that some process has to do once. The token counts up with every lease: a late holder's
-- token is old, and its results are refused.
create table work_item (
  id bigint generated always as identity primary key,
  kind text not null,
  subject text not null,
  run_at timestamptz not null,
  attempts int not null default 0,
  lease_owner text,
  lease_token bigint not null default 0,
  lease_until timestamptz,
  last_error text,
  created_at timestamptz not null,
  done_at timestamptz,
  unique (kind, subject)
);
create index work_item_open on work_item (run_at) where done_at is null;

-- One hand-off of a job to a trainer; a job has at most one that has not ended.
create table training_lease (
  id text primary key,
  job_id text not null references job,
  tenant_id uuid not null references tenant,
  key_id text not null references api_key,
  trainer text not null,
  token_hash text not null,
  created_at timestamptz not null,
  lease_until timestamptz not null,
  step bigint,
  steps bigint,
  loss double precision,
  checkpoint text,
  ended_at timestamptz,
  outcome text check (outcome in ('completed', 'failed', 'lost', 'cancelled')),
  check ((ended_at is null) = (outcome is null))
);
create unique index training_lease_running on training_lease (job_id) where ended_at is null;

-- What a trainer says that it uploaded.
create table uploaded_file (
  lease_id text not null references training_lease,
  path text not null,
  size bigint not null,
  digest text not null,
  primary key (lease_id, path)
);

create table training_checkpoint (
  lease_id text not null references training_lease,
  job_id text not null references job,
  tenant_id uuid not null references tenant,
  step bigint not null,
  loss double precision,
  created_at timestamptz not null,
  primary key (lease_id, step)
);

create table evaluation (
  id text primary key,
  job_id text not null references job,
  tenant_id uuid not null references tenant,
  pack_name text not null,
  pack_digest text not null,
  policy_digest text not null references policy,
  base_digest text not null references artifact,
  tuned_digest text not null references artifact,
  judge text not null,
  max_tokens int not null,
  questions int,
  created_at timestamptz not null,
  finished_at timestamptz,
  verdict text check (verdict in ('pass', 'block', 'inconclusive')),
  rule text,
  report jsonb,
  check ((finished_at is null) = (verdict is null))
);
create unique index evaluation_of_artifact on evaluation (job_id, tuned_digest, pack_digest);

create table answer (
  evaluation_id text not null references evaluation,
  tenant_id uuid not null references tenant,
  question text not null,
  side text not null check (side in ('base', 'tuned')),
  max_tokens int not null,
  text text not null,
  tokens text not null,
  stopped text not null,
  label text,
  level text,
  confidence double precision,
  primary key (evaluation_id, question, side, max_tokens)
);

create table review_case (
  id text primary key,
  job_id text not null references job,
  tenant_id uuid not null references tenant,
  kind text not null check (kind in ('dataset', 'block', 'inconclusive')),
  reasons jsonb not null,
  evidence_digest text not null,
  opened_at timestamptz not null,
  closes_at timestamptz,
  closed_at timestamptz,
  outcome text check (outcome in ('released', 'kept', 'expired', 'cancelled')),
  check ((closed_at is null) = (outcome is null)),
  unique (job_id, kind)
);

create table decision (
  id text primary key,
  case_id text not null references review_case,
  tenant_id uuid not null references tenant,
  person text not null,
  key_id text not null references api_key,
  action text not null check (action in ('release', 'keep')),
  reason text not null,
  evidence_digest text not null,
  created_at timestamptz not null,
  unique (case_id, person)
);

create table released_model (
  name text primary key,
  tenant_id uuid not null references tenant,
  job_id text not null unique references job,
  artifact_digest text not null references artifact,
  released_by text not null check (released_by in ('gate', 'override')),
  attestation text not null,
  created_at timestamptz not null,
  deleted_at timestamptz
);

-- Append-only; each hash covers the entry and the hash before it.
create table audit_entry (
  sequence bigint primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  details text not null,
  previous text not null,
  hash text not null
);
create rule audit_entry_keeps as on update to audit_entry do instead nothing;
create rule audit_entry_stays as on delete to audit_entry do instead nothing;
