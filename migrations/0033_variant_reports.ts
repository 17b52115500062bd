import { Migration } from '@mikro-orm/migrations';

/** How variants fared in runs whose ledger was dropped. */
export class VariantReports extends Migration {
  override up(): void {
    this.addSql(`
      create table variant_report (
        run_id bigint primary key,
        report jsonb not null
      )`);
  }

  override down(): void {
    this.addSql('drop table variant_report');
  }
}
