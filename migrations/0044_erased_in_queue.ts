import { Migration } from '@mikro-orm/migrations';

/** Whom an import that waits must leave out, and what addresses a deleted contact had: both as HMACs. */
export class ErasedInQueue extends Migration {
  override up(): void {
    this.addSql(`alter table import add column erased bytea[] not null default '{}'`);
    this.addSql(`alter table departure add column addresses bytea[] not null default '{}'`);
  }

  override down(): void {
    this.addSql('alter table departure drop column addresses');
    this.addSql('alter table import drop column erased');
  }
}
