-- The rules ignored an update or a delete without a word, and let a truncate through. All three are
-- refused now, in every session: "always" holds for those too that pose as replicas.
drop rule audit_entry_keeps on audit_entry;
drop rule audit_entry_stays on audit_entry;

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % is refused', lower(tg_op)
    using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_entry_is_append_only
  before update or delete or truncate on audit_entry
  for each statement execute function refuse_audit_change();
alter table audit_entry enable always trigger audit_entry_is_append_only;
