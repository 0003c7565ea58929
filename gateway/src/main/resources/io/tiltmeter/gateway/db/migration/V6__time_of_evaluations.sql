-- What an evaluation took so far, over all its tries: its time budget holds for all of them.
alter table evaluation add column spent_ms bigint not null default 0;
