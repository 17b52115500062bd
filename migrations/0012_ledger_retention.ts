import { Migration } from '@mikro-orm/migrations';

/** The highest run that any process may have made, or that the ledger speaks of. */
const LAST_RUN = `greatest(
  coalesce(pg_sequence_last_value(pg_get_serial_sequence('run', 'id')::regclass), 0),
  coalesce((select max(id) from run), 0), coalesce((select max(run_id) from delivery), 0),
  coalesce((select max(run_id) from delivery_attempt), 0))`;

/** The ledger's partitions with their bounds, as a relation. */
const PARTITIONS = `
  select p.relname::text as parent, c.oid::regclass as part,
         substring(pg_get_expr(c.relpartbound, c.oid) from 'FROM \\(''(\\d+)''\\)')::bigint as low,
         substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''(\\d+)''\\)')::bigint as high
  from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
  where i.inhparent in ('delivery'::regclass, 'delivery_attempt'::regclass)`;

/** Drops the partitions that no run has come to. */
const DROP_AHEAD = `
  for ledger in select * from (${PARTITIONS}) l where l.low > last_run loop
    execute format('drop table %s', ledger.part);
  end loop;`;

/**
 * Partitions narrow enough for retention: the one in use ends at the next ten thousand runs and keeps its rows, those
 * ahead are made anew when they are needed. A run tells when its ledger was dropped, and what its recipients did is kept
 * as a sum.
 */
export class LedgerRetention extends Migration {
  override up(): void {
    this.addSql('alter table run add column ledger_dropped_at timestamptz null');
    this.addSql(`
      create table engagement_total (
        run_id bigint not null,
        kind engagement_kind not null,
        count bigint not null,
        primary key (run_id, kind)
      )`);
    this.addSql(`
      do $$ declare
        last_run bigint := ${LAST_RUN};
        next_bound bigint := (last_run / 10000 + 1) * 10000;
        ledger record;
      begin
        ${DROP_AHEAD}
        for ledger in select * from (${PARTITIONS}) l where l.high > next_bound loop
          execute format('alter table %I detach partition %s', ledger.parent, ledger.part);
          execute format('alter table %I attach partition %s for values from (%s) to (%s)',
                         ledger.parent, ledger.part, ledger.low, next_bound);
        end loop;
      end $$`);
  }

  /** Fills up to the million at which the version before makes its next partition; no row is moved. */
  override down(): void {
    this.addSql(`
      do $$ declare
        last_run bigint := ${LAST_RUN};
        next_bound bigint := (last_run / 1000000 + 1) * 1000000;
        ledger record;
      begin
        ${DROP_AHEAD}
        for ledger in
          select t.parent, coalesce(max(l.high), next_bound - 1000000) as low
          from (values ('delivery'), ('delivery_attempt')) t (parent) left join (${PARTITIONS}) l on l.parent = t.parent
          group by t.parent
        loop
          continue when ledger.low >= next_bound;
          execute format('create table %I partition of %I for values from (%s) to (%s)',
                         ledger.parent || '_' || ledger.low, ledger.parent, ledger.low, next_bound);
        end loop;
      end $$`);
    this.addSql('drop table engagement_total');
    this.addSql('alter table run drop column ledger_dropped_at');
  }
}
