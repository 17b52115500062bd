import { Migration } from '@mikro-orm/migrations';

/** What a push message opens and shows, and the copy of it that runs keep. */
export class PushMessages extends Migration {
  override up(): void {
    for (const table of ['campaign', 'run'])
      this.addSql(`alter table ${table} add column url text null, add column icon text null`);
  }

  override down(): void {
    for (const table of ['campaign', 'run']) this.addSql(`alter table ${table} drop column url, drop column icon`);
  }
}
