-- Answers of base models to probes, for every job on the base; nothing here comes from a tenant.
-- The setting is a digest over the base's bytes and all that its numbers depend on, the question
-- one over what was asked. The estimate of a row's bytes counts its keys and what a row costs.
create table base_answer (
  setting text not null,
  question text not null,
  text text not null,
  tokens int[] not null,
  stopped text not null,
  bytes int not null generated always as
    (256 + octet_length(text) + 4 * cardinality(tokens)) stored,
  used_at timestamptz not null,
  primary key (setting, question)
);
