import { Migration } from '@mikro-orm/migrations';

/** When for whom: the wall time of each recipient's own zone, and the hours in which a campaign may be sent. */
export class RecipientTime extends Migration {
  override up(): void {
    this.addSql(`
      alter table campaign
        add column recipient_time_zone boolean not null default false,
        add column late text not null default 'send_now',
        add column send_window jsonb null,
        add constraint campaign_late_known check (late in ('send_now', 'skip'))`);
    this.addSql(`
      alter table run
        add column time_zone text not null default 'UTC',
        add column zones_from timestamptz null,
        add column late text not null default 'send_now',
        add column send_window jsonb null,
        add column zone_fallback bigint not null default 0,
        add constraint run_late_known check (late in ('send_now', 'skip'))`);
    this.addSql(`update run set time_zone = c.time_zone from campaign c where c.id = run.campaign_id`);
  }

  override down(): void {
    this.addSql(`
      alter table run drop column time_zone, drop column zones_from, drop column late, drop column send_window,
        drop column zone_fallback`);
    this.addSql(`alter table campaign drop column recipient_time_zone, drop column late, drop column send_window`);
  }
}
