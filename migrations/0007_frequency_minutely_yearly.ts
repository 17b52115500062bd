import { Migration } from '@mikro-orm/migrations';

/** The enum grows: minutely and yearly. Down recreates it without them, and refuses while a campaign uses one. */
export class FrequencyMinutelyYearly extends Migration {
  override up(): void {
    this.addSql(`alter type frequency add value 'minutely' before 'hourly'`);
    this.addSql(`alter type frequency add value 'yearly' after 'monthly'`);
  }

  override down(): void {
    this.addSql(`do $$ begin
      if exists (select from campaign where frequency::text in ('minutely', 'yearly')) then
        raise exception 'campaigns recur minutely or yearly: delete them before this migration is taken back';
      end if;
    end $$`);
    this.addSql(`create type frequency_before as enum ('secondly', 'hourly', 'daily', 'weekly', 'monthly')`);
    this.addSql(
      `alter table campaign alter column frequency type frequency_before using frequency::text::frequency_before`,
    );
    this.addSql(`drop type frequency`);
    this.addSql(`alter type frequency_before rename to frequency`);
  }
}
