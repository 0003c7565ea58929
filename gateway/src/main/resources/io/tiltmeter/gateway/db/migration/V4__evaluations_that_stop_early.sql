-- How an evaluation was begun is how it goes on and how its verdict is checked: one that asked
-- everything must not be decided again from a part.
alter table evaluation
  add column stops_when_blocked boolean not null default false,
  add column cuts_answers boolean not null default false;
