-- Which stronger judge an evaluation asks, if any, and what it said: by a digest of what it was
-- shown, so that whoever decides again asks nobody.
alter table evaluation add column strong_judge text;

create table strong_judgement (
  evaluation_id text not null references evaluation,
  tenant_id uuid not null references tenant,
  exchange text not null,
  label text not null,
  confidence double precision not null,
  primary key (evaluation_id, exchange)
);
