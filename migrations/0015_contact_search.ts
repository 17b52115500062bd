import { Migration } from '@mikro-orm/migrations';

/**
 * Contacts are found by an attribute; by the beginning of what identifies them the unique indexes find them. Names have no
 * index: two of them would take as long as all the others of a new contact.
 */
export class ContactSearch extends Migration {
  override up(): void {
    this.addSql(`
      create index contact_attributes_index on contact using gin (attributes jsonb_path_ops) where attributes <> '{}'`);
  }

  override down(): void {
    this.addSql('drop index contact_attributes_index');
  }
}
