import { Migration } from '@mikro-orm/migrations';

/**
 * Who did what. Entries are numbered without gaps and chained by hashes; `audit_head` is the end of the chain and the lock
 * of whoever appends. The triggers refuse every change, to the owner and to superusers too; only old entries may go, by
 * one who says so in the transaction (`campanile.audit_pruning`).
 */
export class Audit extends Migration {
  override up(): void {
    this.addSql(`
      create table audit_entry (
        id bigint primary key,
        at timestamptz(3) not null,
        actor_kind text not null,
        actor_id bigint null,
        actor_name text not null,
        action text not null,
        target text not null,
        target_id text null,
        request_id text null,
        details jsonb not null,
        hash text not null,
        constraint audit_entry_actor_known check (actor_kind in ('key', 'user', 'cli', 'system'))
      )`);
    this.addSql(`create index audit_entry_target_index on audit_entry (target, target_id, id)`);
    this.addSql(`create index audit_entry_action_index on audit_entry (action, id)`);
    this.addSql(`
      create table audit_head (
        id smallint primary key,
        entry_id bigint not null,
        hash text not null,
        base_id bigint not null,
        base_hash text not null,
        constraint audit_head_one check (id = 1)
      )`);
    this.addSql(`insert into audit_head values (1, 0, repeat('0', 64), 0, repeat('0', 64))`);
    this.addSql(`
      create function audit_entry_refuse_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and current_setting('campanile.audit_pruning', true) = 'on' then
          return old;
        end if;
        raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
      end $$`);
    this.addSql(`
      create trigger audit_entry_append_only before update or delete on audit_entry
      for each row execute function audit_entry_refuse_change()`);
    this.addSql(`
      create trigger audit_entry_no_truncate before truncate on audit_entry
      for each statement execute function audit_entry_refuse_change()`);
  }

  override down(): void {
    this.addSql('drop table audit_head');
    this.addSql('drop table audit_entry');
    this.addSql('drop function audit_entry_refuse_change()');
  }
}
