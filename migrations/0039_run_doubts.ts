import { Migration } from '@mikro-orm/migrations';

/** Finds the few runs that have somebody in doubt among all that ended, so that a look at them costs nothing. */
export class RunDoubts extends Migration {
  override up(): void {
    this.addSql(`create index run_doubt_index on run (id) where in_doubt > 0`);
  }

  override down(): void {
    this.addSql(`drop index run_doubt_index`);
  }
}
