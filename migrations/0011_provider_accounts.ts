import { Migration } from '@mikro-orm/migrations';

/** One row for each provider account that has limits or had trouble: all processes slow down together. */
export class ProviderAccounts extends Migration {
  override up(): void {
    this.addSql(`
      create table provider_account (
        channel text not null,
        name text not null,
        blocked_until timestamptz null,
        reason text null,
        trips int not null default 0,
        probe_until timestamptz null,
        usage jsonb not null default '{}',
        free_at timestamptz null,
        primary key (channel, name)
      ) with (fillfactor = 50)`);
    this.addSql('alter table run add column braked_at jsonb null');
  }

  override down(): void {
    this.addSql('alter table run drop column braked_at');
    this.addSql('drop table provider_account');
  }
}
