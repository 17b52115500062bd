import { Migration } from '@mikro-orm/migrations';

/**
 * The secrets of keys that were ended, so that no start brings one back; and an audit log into whose numbers nobody can
 * write beside the chain: an entry follows on the head, under the lock of the head, and becomes it in the same statement,
 * whoever inserts it. So a forged one stands in the chain, where its hash is checked, and stops nobody who appends.
 */
export class EndedSecrets extends Migration {
  override up(): void {
    this.addSql(`
      create table ended_secret (
        hash text primary key,
        ended_at timestamptz(6) not null
      )`);
    this.addSql(`
      create function audit_entry_follow_head() returns trigger language plpgsql as $$
      begin
        perform from audit_head where entry_id = new.id - 1 for update;
        if not found then
          raise exception 'an audit entry follows on the head of the chain' using errcode = 'insufficient_privilege';
        end if;
        return new;
      end $$`);
    this.addSql(`
      create trigger audit_entry_follows before insert on audit_entry
      for each row execute function audit_entry_follow_head()`);
    // A process of the version before moves the head itself; then there is nothing left to do.
    this.addSql(`
      create function audit_entry_become_head() returns trigger language plpgsql as $$
      begin
        update audit_head set entry_id = new.id, hash = new.hash where entry_id = new.id - 1;
        return null;
      end $$`);
    this.addSql(`
      create trigger audit_entry_leads after insert on audit_entry
      for each row execute function audit_entry_become_head()`);
  }

  override down(): void {
    this.addSql('drop trigger audit_entry_leads on audit_entry');
    this.addSql('drop trigger audit_entry_follows on audit_entry');
    this.addSql('drop function audit_entry_become_head()');
    this.addSql('drop function audit_entry_follow_head()');
    this.addSql('drop table ended_secret');
  }
}
