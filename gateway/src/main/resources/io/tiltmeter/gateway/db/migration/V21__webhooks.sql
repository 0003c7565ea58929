-- Where a tenant wants to be told of what happens. Secrets are encrypted with a key of the home.
create table webhook_endpoint (
  id text primary key,
  tenant_id uuid not null references tenant,
  name text not null,
  url text not null,
  event_types text[] not null,
  secret text not null,
  secret_hint text not null,
  previous_secret text,
  previous_until timestamptz,
  created_by text not null references api_key,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  failing_since timestamptz,
  failures int not null default 0,
  retry_at timestamptz,
  disabled_at timestamptz,
  disabled_for text check (disabled_for in ('customer', 'gone', 'failing')),
  check ((failing_since is null) = (retry_at is null)),
  check ((previous_secret is null) = (previous_until is null)),
  check ((disabled_at is null) = (disabled_for is null))
);
create index webhook_endpoint_by_tenant on webhook_endpoint (tenant_id, created_at desc, id desc);

-- Something that happened and that at least one endpoint wants to hear of. It holds ids only.
create table webhook_event (
  id text primary key,
  tenant_id uuid not null references tenant,
  type text not null,
  object_id text not null,
  created_at timestamptz not null
);

-- One event on its way to one endpoint; "since" begins the time in which it is tried. The endpoint
-- is no foreign key: its check would lock the endpoint in every transaction in which something
-- happens to a job, and whoever changes the endpoint could wait for one of these in turn.
create table webhook_delivery (
  id text primary key,
  tenant_id uuid not null references tenant,
  event_id text not null references webhook_event on delete cascade,
  endpoint_id text not null,
  state text not null check (state in ('pending', 'delivered', 'failed')),
  attempts int not null default 0,
  since timestamptz not null,
  attempted_at timestamptz,
  next_at timestamptz,
  status int,
  problem text,
  created_at timestamptz not null,
  unique (event_id, endpoint_id),
  check ((next_at is not null) = (state = 'pending'))
);
create index webhook_delivery_by_endpoint on webhook_delivery
  (tenant_id, endpoint_id, created_at desc, id desc);
create index webhook_delivery_by_age on webhook_delivery (created_at);
