import { Migration } from '@mikro-orm/migrations';

/** Segments by rule, and which of them name which other: nobody deletes a segment that a rule still asks for. */
export class RuleSegments extends Migration {
  override up(): void {
    this.addSql('alter table segment drop constraint segment_kind_known');
    this.addSql(`
      alter table segment
        add column rule jsonb null,
        add column version int not null default 1,
        add column updated_at timestamptz not null default now(),
        add constraint segment_kind_known check (kind in ('static', 'rule')),
        add constraint segment_rule_of_kind check ((kind = 'rule') = (rule is not null))`);
    this.addSql('update segment set updated_at = created_at');
    this.addSql(`
      create table segment_reference (
        segment_id bigint not null,
        refers_to_id bigint not null,
        primary key (segment_id, refers_to_id),
        constraint segment_reference_segment_id_foreign foreign key (segment_id) references segment (id) on delete cascade,
        constraint segment_reference_refers_to_id_foreign foreign key (refers_to_id) references segment (id) on delete restrict
      )`);
    this.addSql('create index segment_reference_refers_to_id_index on segment_reference (refers_to_id)');
  }

  /** Refuses while there are segments by rule: the version before could not say who is in them. */
  override down(): void {
    this.addSql('drop table segment_reference');
    this.addSql('alter table segment drop constraint segment_rule_of_kind, drop constraint segment_kind_known');
    this.addSql(`
      alter table segment drop column rule, drop column version, drop column updated_at,
        add constraint segment_kind_known check (kind in ('static'))`);
  }
}
