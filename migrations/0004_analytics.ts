import { Migration } from '@mikro-orm/migrations';

/** How it went: outcomes per minute for the timelines, and the facts that follow a delivery. */
export class Analytics extends Migration {
  override up(): void {
    this.addSql(`
      create table run_minute (
        run_id bigint not null,
        minute timestamptz not null,
        lane int not null,
        sent int not null,
        failed int not null,
        skipped int not null,
        in_doubt int not null,
        primary key (run_id, minute, lane)
      )`);
    this.addSql(`create type engagement_kind as enum ('opened', 'clicked', 'bounced', 'complained', 'unsubscribed')`);
    this.addSql(`
      create table engagement (
        run_id bigint not null,
        contact_id bigint not null,
        kind engagement_kind not null,
        at timestamptz not null,
        primary key (run_id, kind, contact_id)
      )`);
  }

  override down(): void {
    this.addSql('drop table engagement');
    this.addSql('drop type engagement_kind');
    this.addSql('drop table run_minute');
  }
}
