import { Migration } from '@mikro-orm/migrations';

/** When an address was last asked to confirm, as an HMAC: it outlives the contact, who may be made anew to be asked again. */
export class OptInAsks extends Migration {
  override up(): void {
    this.addSql(`
      create table opt_in_ask (
        address_hash bytea not null,
        channel text not null,
        asked_at timestamptz(6) not null,
        primary key (address_hash, channel)
      )`);
  }

  override down(): void {
    this.addSql('drop table opt_in_ask');
  }
}
