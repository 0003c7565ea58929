-- What a policy's profiles may go by.
alter table tenant add column tier text not null default 'standard'
  check (tier ~ '^[a-z0-9][a-z0-9-]{0,39}$');

-- Policies of tenants that have none of their own; the last one holds.
create table installation_policy (
  sequence bigint generated always as identity primary key,
  policy_digest text not null references policy,
  activated_at timestamptz not null
);

-- One person proposes a policy, another activates it. Without a tenant it is the installation's.
create table policy_proposal (
  id text primary key,
  tenant_id uuid references tenant,
  policy_digest text not null references policy,
  replaces text not null references policy,
  proposed_by text not null,
  proposed_key text not null references api_key,
  proposed_at timestamptz not null,
  outcome text check (outcome in ('activated', 'withdrawn')),
  closed_by text,
  closed_at timestamptz,
  check ((outcome is null) = (closed_at is null)),
  check ((outcome is null) = (closed_by is null)),
  check (outcome <> 'activated' or closed_by <> proposed_by)
);
create unique index policy_proposal_open on policy_proposal
  (coalesce(tenant_id, '00000000-0000-0000-0000-000000000000'::uuid)) where closed_at is null;
