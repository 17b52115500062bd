import { Migration } from '@mikro-orm/migrations';

/** Several segments to include and to exclude, and runs that keep whom they are for with the rules as they were. */
export class CampaignAudience extends Migration {
  override up(): void {
    this.addSql(`
      create table campaign_segment (
        campaign_id bigint not null,
        segment_id bigint not null,
        role text not null,
        place int not null,
        primary key (campaign_id, segment_id),
        constraint campaign_segment_campaign_id_foreign foreign key (campaign_id) references campaign (id) on delete cascade,
        constraint campaign_segment_segment_id_foreign foreign key (segment_id) references segment (id) on delete restrict,
        constraint campaign_segment_role_known check (role in ('include', 'exclude'))
      )`);
    this.addSql('create index campaign_segment_segment_id_index on campaign_segment (segment_id)');
    this.addSql('alter table campaign add column only_new boolean not null default false');
    this.addSql('alter table run add column audience jsonb null');
    this.addSql(`
      update run set audience = jsonb_build_object('exclude', '[]'::jsonb, 'newTo', null,
        'include', case when target_segment_id is not null then jsonb_build_array(target_segment_id) end,
        'segments', case when target_segment_id is null then '[]'::jsonb else jsonb_build_array(jsonb_build_object(
          'id', target_segment_id, 'rule', null,
          'name', coalesce((select name from segment s where s.id = target_segment_id), 'segment ' || target_segment_id))) end)
      where status not in ('skipped', 'missed')`);
    this.addSql('alter table run drop column target_segment_id');
  }

  /** A run that was for more than one segment is afterwards for the first of them. */
  override down(): void {
    this.addSql('alter table run add column target_segment_id bigint null');
    this.addSql(`update run set target_segment_id = (audience -> 'include' ->> 0)::bigint`);
    this.addSql('alter table run drop column audience');
    this.addSql('alter table campaign drop column only_new');
    this.addSql('drop table campaign_segment');
  }
}
