import { Migration } from '@mikro-orm/migrations';

/** Contacts are found by the beginning of a name and by an attribute; by the rest the unique indexes find them. */
export class ContactSearch extends Migration {
  override up(): void {
    this.addSql(`
      create index contact_first_name_index on contact (lower(first_name) text_pattern_ops) where first_name is not null`);
    this.addSql(`
      create index contact_last_name_index on contact (lower(last_name) text_pattern_ops) where last_name is not null`);
    this.addSql(`
      create index contact_attributes_index on contact using gin (attributes jsonb_path_ops) where attributes <> '{}'`);
  }

  override down(): void {
    this.addSql('drop index contact_attributes_index');
    this.addSql('drop index contact_last_name_index');
    this.addSql('drop index contact_first_name_index');
  }
}
