import { Migration } from '@mikro-orm/migrations';

/** From which address somebody acted. Entries of before have none, and their hashes stay what they are. */
export class AuditAddress extends Migration {
  override up(): void {
    this.addSql('alter table audit_entry add column address text null');
  }

  override down(): void {
    this.addSql('alter table audit_entry drop column address');
  }
}
