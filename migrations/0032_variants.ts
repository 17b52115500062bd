import { Migration } from '@mikro-orm/migrations';

/** Campaigns that try out several messages, and which of them won in which run. */
export class Variants extends Migration {
  override up(): void {
    for (const table of ['campaign', 'run'])
      this.addSql(`
        alter table ${table} add column variants jsonb null, add column test_share smallint not null default 100,
          add column hold_out smallint not null default 0, add column winner jsonb null`);
    this.addSql('alter table campaign_version add column variants jsonb null');
    this.addSql('alter table run add column decides_at timestamptz(6) null');
    this.addSql(
      'create index run_deciding_index on run (decides_at) where decides_at is not null and finished_at is null',
    );
    // No default and no CHECK: neither rewrites nor reads a table that may be large.
    this.addSql('alter table run_batch add column variant smallint null');
    this.addSql(`
      create table run_winner (
        run_id bigint primary key,
        variant smallint null,
        decided_by text not null,
        actor text null,
        at timestamptz(6) not null,
        p_value double precision null,
        results jsonb not null,
        constraint run_winner_decided_by_known
          check (decided_by in ('clicks', 'opens', 'leader', 'named', 'hand', 'undecided')),
        constraint run_winner_undecided_has_none check ((variant is null) = (decided_by = 'undecided'))
      )`);
  }

  override down(): void {
    this.addSql('drop table run_winner');
    this.addSql('alter table run_batch drop column variant');
    this.addSql('drop index run_deciding_index');
    this.addSql('alter table run drop column decides_at');
    this.addSql('alter table campaign_version drop column variants');
    for (const table of ['campaign', 'run'])
      this.addSql(
        `alter table ${table} drop column variants, drop column test_share, drop column hold_out, drop column winner`,
      );
  }
}
