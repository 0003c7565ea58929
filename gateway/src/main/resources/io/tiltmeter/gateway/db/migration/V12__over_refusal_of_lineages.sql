-- What the model of a job may refuse more of the benign twins than its root: the upper limit of the
-- interval of tuned minus base, at least 0. It stands beside the overall charge, is counted towards
-- no budget, and is not known of models that were charged before.
alter table lineage_charge
  add column over_refusal double precision,
  add check (over_refusal is null or (over_refusal >= 0 and category = ''));
