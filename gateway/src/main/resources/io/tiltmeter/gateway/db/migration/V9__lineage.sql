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
