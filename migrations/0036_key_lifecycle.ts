import { Migration } from '@mikro-orm/migrations';

/** API keys that end, and that get another secret while the one before still works for a while. */
export class KeyLifecycle extends Migration {
  override up(): void {
    this.addSql(`
      alter table api_key
        add column expires_at timestamptz(6) null,
        add column old_hash text null,
        add column old_hash_until timestamptz(6) null,
        add constraint api_key_old_hash_unique unique (old_hash),
        add constraint api_key_old_hash_ends check ((old_hash is null) = (old_hash_until is null))`);
  }

  override down(): void {
    this.addSql('alter table api_key drop column old_hash_until, drop column old_hash, drop column expires_at');
  }
}
