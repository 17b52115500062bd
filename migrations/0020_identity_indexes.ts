import { Migration } from '@mikro-orm/migrations';

/**
 * Identities that a contact does not have are not in their indexes. Few have all three, and an entry for nothing costs as
 * much as one for something.
 */
export class IdentityIndexes extends Migration {
  override up(): void {
    this.rebuild((column) => ` where ${column} is not null`);
  }

  override down(): void {
    this.rebuild(() => '');
  }

  private rebuild(where: (column: string) => string): void {
    for (const column of ['email', 'phone', 'external_id']) {
      this.addSql(`drop index contact_${column}_unique`);
      this.addSql(`create unique index contact_${column}_unique on contact (${column})${where(column)}`);
    }
  }
}
