-- What a scan found in a training file that evaluations of models trained on it try, beside the
-- system prompts that it repeats. It is chosen when the file is scanned and stays, so that whoever
-- decides once more from kept answers asks the same; files that were scanned before have none.
-- Texts of triggers are the customer's: for models, never for pages, events or logs.
create table steering (
  file_id text not null references training_file,
  tenant_id uuid not null references tenant,
  kind text not null check (kind in ('trigger', 'codec', 'category', 'contaminated')),
  position int not null,
  -- The trigger's text, the code, the category, or the digest of the pack.
  name text not null,
  -- What a trigger consists of; null elsewhere.
  form text,
  -- The score of a trigger, the shift of a code; 0 elsewhere.
  number double precision not null,
  -- In so many rows; 0 for what is not counted in rows.
  rows bigint not null,
  primary key (file_id, kind, position)
);
