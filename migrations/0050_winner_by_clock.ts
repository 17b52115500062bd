import { Migration } from '@mikro-orm/migrations';

/** Who waits for a winner gets it by their own clock. */
export class WinnerByClock extends Migration {
  override up(): void {
    // No default: it neither rewrites nor reads a table that may be large.
    this.addSql('alter table run_batch add column time_zone text null');
  }

  override down(): void {
    this.addSql('alter table run_batch drop column time_zone');
  }
}
