import { Migration } from '@mikro-orm/migrations';

/** What providers said about people, where it stands as a reason that outlives them. */
const REASONS = [
  ['run', 'reason'],
  ['campaign', 'status_reason'],
  ['provider_account', 'reason'],
];

/**
 * Erased contacts are looked at a second time, for what came while they went; refused rows and contacts that are gone say whom
 * they name, as HMACs of every spelling; and no reason names the address of a recipient.
 */
export class SecondLook extends Migration {
  override up(): void {
    this.addSql(`
      alter table departure
        add column identities bytea[] not null default '{}',
        add column revisited boolean not null default false`);
    this.addSql(`create index departure_revisit_index on departure (at) where erased and not revisited`);
    this.addSql(`alter table import_rejection add column identities bytea[] not null default '{}'`);
    for (const [table, column] of REASONS)
      this.addSql(`
        update ${table} set ${column} = regexp_replace(${column}, '[^][:space:]<>()"'',;:]+@[^][:space:]<>()"'',;:]+', '***', 'g')
        where ${column} like '%@%'`);
  }

  override down(): void {
    this.addSql('alter table import_rejection drop column identities');
    this.addSql('drop index departure_revisit_index');
    this.addSql('alter table departure drop column revisited, drop column identities');
  }
}
