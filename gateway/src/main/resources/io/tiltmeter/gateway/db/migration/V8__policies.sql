-- What a policy's profiles may go by.
alter table tenant add column tier text not null default 'standard'
  check (tier ~ '^[a-z0-9][a-z0-9-]{0,39}$');
