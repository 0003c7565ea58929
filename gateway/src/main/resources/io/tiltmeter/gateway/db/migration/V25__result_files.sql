-- What a customer keeps of a job that was decided: one report a job, written by this gateway. Its
-- row stays when it is deleted, so that nothing writes it again.
create table result_file (
  id text primary key,
  job_id text not null unique references job,
  tenant_id uuid not null references tenant,
  -- Of the text in UTF-8.
  bytes bigint not null,
  text text,
  created_at timestamptz not null,
  deleted_at timestamptz,
  check ((text is null) = (deleted_at is not null))
);
create index result_file_by_tenant on result_file (tenant_id, created_at desc, id desc);

-- What is shown of Croissant metadata, so that nobody has to read them for it.
alter table training_file add column croissant_digest text;
update training_file
set croissant_digest = 'sha256:' || encode(sha256(convert_to(croissant, 'UTF8')), 'hex')
where croissant is not null;

-- Files that people let be used after their customer contested what a scan found. What they looked
-- at was this scan of it, under the policy of the job.
create table file_clearance (
  case_id text primary key references review_case,
  file_id text not null references training_file,
  tenant_id uuid not null references tenant,
  job_id text not null references job,
  role text not null check (role in ('training', 'validation')),
  scan int not null,
  created_at timestamptz not null,
  foreign key (file_id, scan) references dataset_scan (file_id, number)
);
create index file_clearance_by_file on file_clearance (tenant_id, file_id);
