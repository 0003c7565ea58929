-- A job may tune a released model of its tenant further. Its base_model stays the root of the
-- lineage, against which it is judged; start_digest names the weights that the training starts
-- from, and is null until the parent's were written down whole.
alter table job
  add column parent_model text references released_model,
  add column start_digest text references artifact,
  add check (start_digest is null or parent_model is not null);

-- The whole weights of what was made of other whole weights, so that they are written once: an
-- adapter is added to them, a model gets the tokenizer of what it was made of.
create table whole_weights (
  base_digest text not null references artifact,
  artifact_digest text not null references artifact,
  whole_digest text not null references artifact,
  primary key (base_digest, artifact_digest)
);

-- Files of one tenant that are much alike are one family. The sketch is of what the file says, the
-- bands are digests of parts of it that alike files share.
alter table training_file
  add column family text,
  add column sketch int[],
  add column bands bigint[];
create index training_file_by_band on training_file using gin (bands) where bands is not null;

-- The how-manieth evaluation of its tenant in its file's family this is; null means the first. One
-- of an artifact that was evaluated before takes that evaluation's answers.
alter table evaluation
  add column try_number int check (try_number >= 1),
  add column same_as text references evaluation;
create index evaluation_by_artifact on evaluation (tenant_id, tuned_digest);

-- What the model of a job may have lost against its root: the upper limit of the interval, at least
-- 0, over all harmful behaviours (category '') and in each category.
create table lineage_charge (
  job_id text not null references job,
  tenant_id uuid not null references tenant,
  category text not null,
  charge double precision not null check (charge >= 0),
  charged_at timestamptz not null,
  primary key (job_id, category)
);
create index lineage_charge_by_tenant on lineage_charge (tenant_id, charged_at);

insert into lineage_charge (job_id, tenant_id, category, charge, charged_at)
select distinct on (released_model.job_id) released_model.job_id, released_model.tenant_id, '',
  greatest(0, (report->'interval'->>1)::float8), released_model.created_at
from released_model
  join evaluation on evaluation.job_id = released_model.job_id
    and evaluation.tenant_id = released_model.tenant_id
where report->'interval'->>1 is not null
order by released_model.job_id, evaluation.finished_at desc;

-- By which a model is known again whatever it is called.
create table weight_sketch (
  artifact_digest text primary key references artifact,
  sketch jsonb not null,
  created_at timestamptz not null
);
