import { Migration } from '@mikro-orm/migrations';

/**
 * After the fact: no count is ever negative, and a finished run remembers when it was compared with its ledger and what
 * differed. Counters that an earlier version let go below zero are counted anew from the ledger first.
 */
export class Corrections extends Migration {
  override up(): void {
    this.addSql(`
      with broken as (
        select distinct run_id from run_batch where least(sent, failed, skipped, in_doubt, deferred) < 0
      ), last as (
        select b.run_id, x.contact_id, max(b.seq) as seq
        from broken join run_batch b using (run_id), unnest(b.contact_ids) as x (contact_id)
        group by b.run_id, x.contact_id
      ), counted as (
        select b.run_id, b.seq, count(*) filter (where d.outcome = 'sent') as sent,
               count(*) filter (where d.outcome = 'failed') as failed,
               count(*) filter (where d.outcome = 'skipped') as skipped,
               count(*) filter (where d.outcome = 'in_doubt') as in_doubt
        from broken join run_batch b using (run_id)
        left join last l on l.run_id = b.run_id and l.seq = b.seq
        left join delivery d on d.run_id = l.run_id and d.contact_id = l.contact_id
        group by b.run_id, b.seq
      )
      update run_batch b set sent = c.sent, failed = c.failed, skipped = c.skipped, in_doubt = c.in_doubt
      from counted c where b.run_id = c.run_id and b.seq = c.seq`);
    this.addSql(`
      alter table run_batch add constraint run_batch_counts_not_negative
        check (least(sent, failed, skipped, in_doubt, deferred) >= 0)`);
    this.addSql(`
      alter table run
        add column reconciled_at timestamptz null,
        add column reconciliation_difference jsonb null,
        add constraint run_counts_not_negative check (least(audience_size, sent, failed, skipped, in_doubt) >= 0)`);
    this.addSql(
      `create index run_unreconciled_index on run (id) where finished_at is not null and reconciled_at is null`,
    );
  }

  override down(): void {
    this.addSql('drop index run_unreconciled_index');
    this.addSql(`
      alter table run drop constraint run_counts_not_negative, drop column reconciliation_difference,
        drop column reconciled_at`);
    this.addSql('alter table run_batch drop constraint run_batch_counts_not_negative');
  }
}
