-- Files that their customers want for a time only. The index is of those that can still expire.
alter table training_file add column expires_at timestamptz;
create index training_file_by_expiry on training_file (expires_at)
  where deleted_at is null and expires_at is not null;
create index job_by_file on job (file_id) where finished_at is null;

-- A file that arrives in parts.
create table upload (
  id text primary key,
  tenant_id uuid not null references tenant,
  filename text not null,
  purpose text not null,
  mime_type text not null,
  bytes bigint not null,
  -- Seconds that the file is wanted for after it is complete; null: until it is deleted.
  file_expires_after bigint,
  source text not null,
  origin text,
  croissant text,
  created_by text not null references api_key,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null check (state in ('pending', 'completed', 'cancelled', 'expired')),
  ended_at timestamptz,
  file_id text references training_file,
  -- Of all parts that came, whether the file is made of them or not.
  parts int not null default 0,
  part_bytes bigint not null default 0,
  check ((state = 'pending') = (ended_at is null)),
  check ((state = 'completed') = (file_id is not null))
);
create index upload_pending on upload (tenant_id, expires_at) where state = 'pending';

-- A part of an upload that is pending; its bytes are a blob, like those of files.
create table upload_part (
  id text primary key,
  upload_id text not null references upload,
  tenant_id uuid not null references tenant,
  digest text not null,
  bytes bigint not null,
  created_at timestamptz not null
);
create index upload_part_of_upload on upload_part (upload_id);
create index upload_part_by_digest on upload_part (digest);
