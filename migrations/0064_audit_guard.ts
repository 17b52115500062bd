import { Migration } from '@mikro-orm/migrations';

/**
 * An audit log that nobody shortens who may only write rows. The head of the chain moves forward by one entry, and never
 * goes; the base moves forward over entries that are old enough, and only what is before it can be deleted. So pruning takes
 * the oldest, whoever does it, and nothing is taken out of the midst or off the end. Entries are as old as the clock of the
 * database says; a day less than `audit prune` asks for, since clocks differ. The functions look for the tables in this
 * schema alone: a temporary one of the same name is another's.
 *
 * `audit prune` of the version before deletes first and is refused.
 */
export class AuditGuard extends Migration {
  override up(): void {
    this.addSql(`
      create or replace function audit_entry_refuse_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and current_setting('campanile.audit_pruning', true) = 'on'
          and old.id <= (select base_id from audit_head) then
          return old;
        end if;
        raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`
      create function audit_head_move_forward() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and new.id = old.id then
          if new.entry_id = old.entry_id + 1 and (new.base_id, new.base_hash) = (old.base_id, old.base_hash) then
            return new;
          end if;
          if current_setting('campanile.audit_pruning', true) = 'on'
            and (new.entry_id, new.hash) = (old.entry_id, old.hash) and new.base_id > old.base_id
            and exists (select from audit_entry where id = new.base_id and hash = new.base_hash)
            and not exists (
              select from audit_entry
              where id > old.base_id and id <= new.base_id and at >= now() - interval '29 days') then
            return new;
          end if;
        end if;
        raise exception 'the head of the audit log moves forward only' using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`
      create trigger audit_head_forward before update or delete on audit_head
      for each row execute function audit_head_move_forward()`);
    this.addSql(`
      create trigger audit_head_no_truncate before truncate on audit_head
      for each statement execute function audit_head_move_forward()`);
    // At the commit: a process of the version before 0055 moves the head ahead of the entry.
    this.addSql(`
      create function audit_head_bear_out() returns trigger language plpgsql as $$
      begin
        if not exists (select from audit_entry where id = new.entry_id and hash = new.hash) and new.entry_id <> new.base_id then
          raise exception 'the head of the audit log is an entry of it' using errcode = 'insufficient_privilege';
        end if;
        return null;
      end $$`);
    this.addSql(`
      create constraint trigger audit_head_borne_out after update on audit_head deferrable initially deferred
      for each row execute function audit_head_bear_out()`);
    this.addSql(inThisSchema('set search_path = %I, pg_temp'));
  }

  override down(): void {
    this.addSql('drop trigger audit_head_borne_out on audit_head');
    this.addSql('drop trigger audit_head_no_truncate on audit_head');
    this.addSql('drop trigger audit_head_forward on audit_head');
    this.addSql('drop function audit_head_bear_out()');
    this.addSql('drop function audit_head_move_forward()');
    this.addSql(`
      create or replace function audit_entry_refuse_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and current_setting('campanile.audit_pruning', true) = 'on' then
          return old;
        end if;
        raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(inThisSchema('reset search_path'));
  }
}

/** Does this to each trigger function of the log that there is; `%I` is the schema. */
const inThisSchema = (change: string): string => `
  do $$
  declare found regprocedure;
  begin
    for found in
      select oid from pg_proc
      where pronamespace = current_schema()::regnamespace and proname = any(array[
        'audit_entry_refuse_change', 'audit_entry_follow_head', 'audit_entry_become_head',
        'audit_head_move_forward', 'audit_head_bear_out'])
    loop
      execute format('alter function %s ${change}', found, current_schema());
    end loop;
  end $$`;
