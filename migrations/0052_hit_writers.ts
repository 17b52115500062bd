import { Migration } from '@mikro-orm/migrations';

/** How far each process has come with writing hits; and of what came back nothing is later than it came. */
export class HitWriters extends Migration {
  override up(): void {
    this.addSql(`
      create table hit_writer (
        id uuid not null primary key,
        groups bigint not null,
        at timestamptz not null
      )`);
    // What was kept before and would outvote every later word; what a clock is off by moments does no harm.
    for (const table of ['report', 'reply'])
      this.addSql(`update ${table} set at = received_at where at > received_at + interval '1 minute'`);
  }

  override down(): void {
    this.addSql('drop table hit_writer');
  }
}
