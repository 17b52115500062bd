import { Migration } from '@mikro-orm/migrations';

const CONTENT = 'channel, subject, message, format, html, kind, footer, preheader, reply_to, sender, text, headers';

/** Everything that a campaign ever said, version by version. Of what it said before there were any the last one is kept. */
export class CampaignVersions extends Migration {
  override up(): void {
    this.addSql(`
      create table campaign_version (
        campaign_id bigint not null,
        number int not null,
        channel text not null,
        subject text null,
        message text not null,
        format text not null,
        html text null,
        kind text not null,
        footer text not null,
        preheader text null,
        reply_to text null,
        sender jsonb null,
        text text null,
        headers jsonb null,
        created_by text null,
        created_at timestamptz(6) not null default now(),
        primary key (campaign_id, number),
        constraint campaign_version_campaign_id_foreign foreign key (campaign_id) references campaign (id) on delete cascade
      )`);
    this.addSql(`
      insert into campaign_version (campaign_id, number, ${CONTENT}, created_at)
      select id, content_version, ${CONTENT}, updated_at from campaign`);
  }

  override down(): void {
    this.addSql('drop table campaign_version');
  }
}
