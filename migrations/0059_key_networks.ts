import { Migration } from '@mikro-orm/migrations';

/** API keys that may be used from some networks only. */
export class KeyNetworks extends Migration {
  override up(): void {
    this.addSql(`
      alter table api_key
        add column networks text[] null,
        add constraint api_key_networks_some check (cardinality(networks) > 0)`);
  }

  /** The version before knows no networks: a key that is bound to some would be good from anywhere, and for ever. */
  override down(): void {
    this.addSql(`
      insert into ended_secret (hash, ended_at)
      select secret.hash, now() from api_key cross join unnest(array[api_key.hash, old_hash]) secret (hash)
      where networks is not null and secret.hash is not null
      on conflict (hash) do nothing`);
    this.addSql('delete from api_key where networks is not null');
    this.addSql('alter table api_key drop column networks');
  }
}
