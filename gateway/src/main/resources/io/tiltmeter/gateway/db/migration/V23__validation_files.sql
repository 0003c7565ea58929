-- A file that a training is measured on; it is never learned, and scanned like any other.
alter table job add column validation_file_id text references training_file;
create index job_validation_file on job (tenant_id, validation_file_id)
  where validation_file_id is not null;
