-- Two roles instead of one: campanile_owner changes the schema (migrate up), campanile_app runs the application and can
-- neither drop a table of people nor change one. As a superuser, or as an owner with CREATEROLE, once, in the database of
-- Campanile, after the first `migrate up` with the owner's URL; again after a restore. Repeating it does no harm.
grant usage, create on schema public to campanile_app;
grant select, insert, update, delete on all tables in schema public to campanile_app;
grant usage, select, update on all sequences in schema public to campanile_app;

-- What later migrations make.
alter default privileges for role campanile_owner in schema public
  grant select, insert, update, delete on tables to campanile_app;
alter default privileges for role campanile_owner in schema public
  grant usage, select, update on sequences to campanile_app;

-- The ledger is partitioned by runs, and the application makes and drops its partitions: it must own these tables. The owner
-- stays able to migrate them as a member of its role.
grant campanile_app to campanile_owner;
do $$
declare part regclass;
begin
  for part in
    select c.oid::regclass from pg_class c
    where c.oid = any(array['delivery', 'delivery_attempt']::regclass[])
       or c.oid in (select inhrelid from pg_inherits
                    where inhparent = any(array['delivery', 'delivery_attempt']::regclass[]))
  loop
    execute format('alter table %s owner to campanile_app', part);
  end loop;
end $$;
