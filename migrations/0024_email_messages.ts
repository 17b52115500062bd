import { Migration } from '@mikro-orm/migrations';

const COLUMNS = ['kind', 'footer', 'preheader', 'reply_to', 'sender', 'text', 'headers'];

/** What a campaign says about its messages beside subject and body, and the copy of it that its runs keep. */
export class EmailMessages extends Migration {
  override up(): void {
    for (const table of ['campaign', 'run'])
      this.addSql(`
        alter table ${table}
          add column kind text not null default 'marketing',
          add column footer text not null default 'auto',
          add column preheader text null,
          add column reply_to text null,
          add column sender jsonb null,
          add column text text null,
          add column headers jsonb null,
          add constraint ${table}_kind_known check (kind in ('marketing', 'transactional')),
          add constraint ${table}_footer_known check (footer in ('auto', 'none'))`);
  }

  override down(): void {
    for (const table of ['campaign', 'run'])
      this.addSql(`alter table ${table} ${COLUMNS.map((column) => `drop column ${column}`).join(', ')}`);
  }
}
