import { Migration } from '@mikro-orm/migrations';

/** Messages in MJML, with the HTML that each came to when it was saved. */
export class Mjml extends Migration {
  override up(): void {
    this.addSql('alter table campaign add column html text null');
    this.addSql('alter table campaign drop constraint campaign_format_known');
    this.addSql(`alter table campaign add constraint campaign_format_known check (format in ('text', 'html', 'mjml'))`);
    this.addSql(
      `alter table campaign add constraint campaign_mjml_has_html check ((format = 'mjml') = (html is not null))`,
    );
  }

  /** A message in MJML is afterwards the HTML it came to. */
  override down(): void {
    this.addSql('alter table campaign drop constraint campaign_mjml_has_html');
    this.addSql(`update campaign set message = html, format = 'html' where format = 'mjml'`);
    this.addSql('alter table campaign drop constraint campaign_format_known');
    this.addSql(`alter table campaign add constraint campaign_format_known check (format in ('text', 'html'))`);
    this.addSql('alter table campaign drop column html');
  }
}
