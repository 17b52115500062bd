import { Migration } from '@mikro-orm/migrations';

/**
 * Of those sent in an hour, whose messages tell that they are opened and that links are followed: what the rates of a period
 * are shares of. Hours of which runs still have their minutes are filled in; of older ones nobody knows, so that they count
 * as not counted.
 */
export class CountedBases extends Migration {
  override up(): void {
    this.addSql(`
      alter table outcome_hour
        add column counting_opens bigint not null default 0,
        add column counting_clicks bigint not null default 0`);
    this.addSql(`
      insert into outcome_hour as h (hour, outcome, reason, writer, count, counting_opens, counting_clicks)
      select date_trunc('hour', m.minute, 'UTC'), 'sent', '', 0, 0,
        coalesce(sum(m.sent) filter (where r.channel = 'email' and r.format <> 'text' and coalesce((r.tracking->>'opens')::boolean, true)), 0),
        coalesce(sum(m.sent) filter (where coalesce((r.tracking->>'clicks')::boolean, r.channel = 'email' and r.format <> 'text')), 0)
      from run_minute m join run r on r.id = m.run_id where m.sent <> 0 group by 1 order by 1
      on conflict (hour, outcome, reason, writer) do update
        set counting_opens = excluded.counting_opens, counting_clicks = excluded.counting_clicks`);
  }

  override down(): void {
    this.addSql('alter table outcome_hour drop column counting_opens, drop column counting_clicks');
  }
}
