import { Migration } from '@mikro-orm/migrations';

/**
 * Batches remember that an earlier try may have reached their recipients, who then end `sent` or `in_doubt` and no other
 * way. Of batches that wait for a repeat already the failure log tells: a lease that was lost, or a text message that may
 * have been taken.
 */
export class DoubtfulBatches extends Migration {
  override up(): void {
    this.addSql('alter table run_batch add column doubtful boolean not null default false');
    this.addSql(`
      update run_batch b set doubtful = true
      where b.state <> 'done' and b.parent_seq is not null and exists (
        select from delivery_attempt a
        where a.run_id = b.run_id and a.contact_id = any(b.contact_ids) and a.transient
          and (a.code in ('lease_lost', 'crashed', 'http_no_answer', 'http_timeout', 'http_409') or a.code like 'http\\_5__'))`);
    this.addSql(`create index run_batch_doubtful_index on run_batch (run_id) where doubtful and state <> 'done'`);
  }

  override down(): void {
    this.addSql('drop index run_batch_doubtful_index');
    this.addSql('alter table run_batch drop column doubtful');
  }
}
