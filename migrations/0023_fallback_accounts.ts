import { Migration } from '@mikro-orm/migrations';

/** Batches that know under which account they were leased, and failed tries that name it. */
export class FallbackAccounts extends Migration {
  override up(): void {
    this.addSql('alter table run_batch add column provider text null');
    this.addSql('alter table delivery_attempt add column provider text null');
  }

  override down(): void {
    this.addSql('alter table delivery_attempt drop column provider');
    this.addSql('alter table run_batch drop column provider');
  }
}
