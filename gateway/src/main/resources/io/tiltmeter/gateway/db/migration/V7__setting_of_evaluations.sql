-- What the answers of an evaluation were given on, and the digest over that and all else that they
-- depend on beside the question. Answers that were given in another setting, or in none that is
-- known, are never mixed with new ones.
alter table evaluation
  add column setting text,
  add column runtime jsonb,
  add check ((setting is null) = (runtime is null));
