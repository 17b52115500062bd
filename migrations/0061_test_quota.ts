import { Migration } from '@mikro-orm/migrations';

/** How many test messages were sent in the hour that began with the first: one row for all processes. */
export class TestQuota extends Migration {
  override up(): void {
    this.addSql(`
      create table test_quota (
        id smallint primary key,
        began_at timestamptz(6) not null,
        used integer not null,
        constraint test_quota_is_one check (id = 1)
      )`);
  }

  override down(): void {
    this.addSql('drop table test_quota');
  }
}
