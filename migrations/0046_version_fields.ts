import { Migration } from '@mikro-orm/migrations';

/** Versions keep what a push message opens and shows, and what is tracked; of those before, only the present one knows. */
export class VersionFields extends Migration {
  override up(): void {
    this.addSql(
      'alter table campaign_version add column tracking jsonb null, add column url text null, add column icon text null',
    );
    this.addSql(`
      update campaign_version v set tracking = c.tracking, url = c.url, icon = c.icon
      from campaign c where c.id = v.campaign_id and c.content_version = v.number`);
  }

  override down(): void {
    this.addSql('alter table campaign_version drop column tracking, drop column url, drop column icon');
  }
}
