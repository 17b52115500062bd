import { Migration } from '@mikro-orm/migrations';

/** API keys that may be used from some networks only. */
export class KeyNetworks extends Migration {
  override up(): void {
    this.addSql(`
      alter table api_key
        add column networks text[] null,
        add constraint api_key_networks_some check (cardinality(networks) > 0)`);
  }

  override down(): void {
    this.addSql('alter table api_key drop column networks');
  }
}
