import { Migration } from '@mikro-orm/migrations';

/** Endpoints that ask to be left alone for a while. */
export class HeldWebhooks extends Migration {
  override up(): void {
    this.addSql('alter table webhook add column held_until timestamptz(6) null');
  }

  override down(): void {
    this.addSql('alter table webhook drop column held_until');
  }
}
