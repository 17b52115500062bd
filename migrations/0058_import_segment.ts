import { Migration } from '@mikro-orm/migrations';

/**
 * Which segment an import fills, once that is there: one that is deleted meanwhile is not made anew by its name. No foreign
 * key: the import outlives it, to say so.
 */
export class ImportSegment extends Migration {
  override up(): void {
    this.addSql('alter table import add column segment_id bigint');
  }

  override down(): void {
    this.addSql('alter table import drop column segment_id');
  }
}
