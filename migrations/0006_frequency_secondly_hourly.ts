import { Migration } from '@mikro-orm/migrations';

/** The enum grows: secondly and hourly. Down recreates it without them, and refuses while a campaign uses one. */
export class FrequencySecondlyHourly extends Migration {
  override up(): void {
    this.addSql(`alter type frequency add value 'secondly' before 'daily'`);
    this.addSql(`alter type frequency add value 'hourly' before 'daily'`);
  }

  override down(): void {
    this.addSql(`do $$ begin
      if exists (select from campaign where frequency::text in ('secondly', 'hourly')) then
        raise exception 'campaigns recur secondly or hourly: delete them before this migration is taken back';
      end if;
    end $$`);
    this.addSql(`create type frequency_before as enum ('daily', 'weekly', 'monthly')`);
    this.addSql(
      `alter table campaign alter column frequency type frequency_before using frequency::text::frequency_before`,
    );
    this.addSql(`drop type frequency`);
    this.addSql(`alter type frequency_before rename to frequency`);
  }
}
