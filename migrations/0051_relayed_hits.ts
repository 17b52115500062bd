import { Migration } from '@mikro-orm/migrations';

/** Whether a hit came by one of Apple's relays. */
export class RelayedHits extends Migration {
  override up(): void {
    // A constant default is not written into the rows that are there.
    this.addSql('alter table hit add column relayed boolean not null default false');
  }

  override down(): void {
    this.addSql('alter table hit drop column relayed');
  }
}
