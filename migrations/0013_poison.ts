import { Migration } from '@mikro-orm/migrations';

/** Batches remember that a lease of theirs was lost with messages in flight, so that the culprit can be told. */
export class Poison extends Migration {
  override up(): void {
    this.addSql('alter table run_batch add column crashes int not null default 0');
  }

  override down(): void {
    this.addSql('alter table run_batch drop column crashes');
  }
}
