import { Migration } from '@mikro-orm/migrations';

/**
 * Counts that timelines and the overview rest on, which the ledger's own statements write: outcomes by run and minute, and
 * by hour and reason over all runs; first opens and clicks by hour. What is there already is counted once.
 */
export class OutcomeCounts extends Migration {
  override up(): void {
    this.addSql(`
      create table outcome_hour (
        hour timestamptz not null,
        outcome outcome not null,
        reason text not null,
        writer bigint not null,
        count bigint not null,
        primary key (hour, outcome, reason, writer)
      )`);
    this.addSql(`
      create table engagement_hour (
        hour timestamptz not null,
        kind engagement_kind not null,
        count bigint not null,
        primary key (hour, kind)
      )`);
    this.addSql('alter table run_minute alter column lane type bigint');
    this.addSql('delete from run_minute');
    this.addSql(`
      insert into run_minute (run_id, minute, lane, sent, failed, skipped, in_doubt)
      select run_id, date_trunc('minute', at), 0, count(*) filter (where outcome = 'sent'),
             count(*) filter (where outcome = 'failed'), count(*) filter (where outcome = 'skipped'),
             count(*) filter (where outcome = 'in_doubt')
      from delivery group by 1, 2`);
    this.addSql(`
      insert into outcome_hour (hour, outcome, reason, writer, count)
      select date_trunc('hour', at, 'UTC'), outcome, coalesce(reason, ''), 0, count(*) from delivery group by 1, 2, 3`);
    this.addSql(`
      insert into engagement_hour (hour, kind, count)
      select date_trunc('hour', at, 'UTC'), kind, count(*) from engagement where kind in ('opened', 'clicked')
      group by 1, 2`);
  }

  override down(): void {
    this.addSql(`
      create temporary table minutes on commit drop as
      select run_id, minute, sum(sent) as sent, sum(failed) as failed, sum(skipped) as skipped, sum(in_doubt) as in_doubt
      from run_minute group by run_id, minute`);
    this.addSql('delete from run_minute');
    this.addSql('alter table run_minute alter column lane type int');
    this.addSql(`
      insert into run_minute (run_id, minute, lane, sent, failed, skipped, in_doubt)
      select run_id, minute, 0, sent, failed, skipped, in_doubt from minutes`);
    this.addSql('drop table engagement_hour');
    this.addSql('drop table outcome_hour');
  }
}
