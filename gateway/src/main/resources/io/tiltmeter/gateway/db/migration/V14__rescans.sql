-- What scans were made with, by the digest of it. The set that was seen first last is the one that
-- past files are scanned with again: a process of an older build that starts again scans nothing.
create table scan_versions (
  digest text primary key,
  parts jsonb not null,
  sequence bigint generated always as identity,
  since timestamptz not null
);

-- One scan of a training file. All are kept; the newest that did not fail is what is known of it.
-- Those that were made before versions were kept have none.
create table dataset_scan (
  file_id text not null references training_file,
  tenant_id uuid not null references tenant,
  number int not null check (number >= 1),
  versions text references scan_versions,
  state text not null check (state in ('scanned', 'invalid', 'failed')),
  problem text,
  report text not null,
  scanned_at timestamptz not null,
  primary key (file_id, number)
);
create unique index dataset_scan_by_versions on dataset_scan (file_id, versions);
create index dataset_scan_again on dataset_scan (scanned_at) where number > 1;

insert into dataset_scan (file_id, tenant_id, number, state, problem, report, scanned_at)
select id, tenant_id, 1, state, problem, digest, coalesce(scanned_at, created_at)
from training_file where state in ('scanned', 'invalid');

alter table scan_finding add column scan int not null default 1;
alter table scan_finding drop constraint scan_finding_pkey;
alter table scan_finding
  add primary key (file_id, scan, position),
  add foreign key (file_id, scan) references dataset_scan (file_id, number);

-- The scan on which a job went on to its training, or was held.
alter table job add column scan int;

-- A file that a later scan found worse than an earlier one, and what was trained on it.
create table dataset_case (
  id text primary key,
  file_id text not null references training_file,
  tenant_id uuid not null references tenant,
  scan int not null,
  reasons jsonb not null,
  evidence_digest text not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  person text,
  key_id text references api_key,
  reason text,
  check ((closed_at is null) = (person is null)),
  check ((closed_at is null) = (reason is null)),
  unique (file_id, scan)
);
create index dataset_case_open on dataset_case (opened_at) where closed_at is null;
