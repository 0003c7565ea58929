-- Since when it is known that a file holds a later pack's probes: jobs that were created before go on
-- without it, so that whoever decides once more asks the same. Null for what the first scan found.
alter table steering add column since timestamptz;
