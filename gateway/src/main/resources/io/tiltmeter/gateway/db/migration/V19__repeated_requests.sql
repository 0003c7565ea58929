-- What requests with an Idempotency-Key were answered, for a day. A key is the tenant's own, for all
-- paths together.
create table idempotent_answer (
  tenant_id uuid not null references tenant,
  key text not null,
  digest text not null,
  answer text not null,
  created_at timestamptz not null,
  primary key (tenant_id, key)
);
create index idempotent_answer_by_age on idempotent_answer (created_at);

-- After a day a key may make another job.
drop index job_by_idempotency_key;

-- The beginning of a key, for people to know it by; older keys have only their end. When a key was
-- used last is written down at intervals, not with every request.
alter table api_key add column prefix text, add column last_used_at timestamptz;
