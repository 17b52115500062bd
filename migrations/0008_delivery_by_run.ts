import { Migration } from '@mikro-orm/migrations';

/**
 * The ledger keeps one index, its key. The second, by contact, was two fifths of the price of a recorded delivery; what
 * was sent to one contact is found through the runs.
 */
export class DeliveryByRun extends Migration {
  override up(): void {
    this.addSql('drop index delivery_contact_index');
  }

  override down(): void {
    this.addSql('create index delivery_contact_index on delivery (contact_id, run_id)');
  }
}
