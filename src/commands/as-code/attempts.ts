import type { EntityManager } from '@mikro-orm/postgresql';
import { CampanileError } from '../../platform/errors.js';
import { CodeRefused, type Entry, type Fault } from './domain/code.js';

/** Work for many entries, of which everything that is wrong is to be told at once. */
export class Attempts {
  private readonly faults: Fault[] = [];

  constructor(private readonly em: EntityManager) {}

  /** Does something for an entry behind a savepoint; undefined where it is refused. */
  async make<Result>(entry: Entry, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await this.em.transactional(work);
    } catch (error) {
      if (!(error instanceof CampanileError)) throw error;
      const { errors, message } = error;
      this.refuse(entry, errors.length > 0 ? errors : [{ pointer: '', message }]);
      return undefined;
    }
  }

  /** Notes what is wrong with an entry; pointers lead into it. */
  refuse(entry: Entry, errors: { pointer: string; message: string }[]): void {
    this.faults.push(...errors.map(({ pointer, message }) => ({ ...entry.at(pointer), message })));
  }

  /** Notes faults that know their place. */
  note(faults: Fault[]): void {
    this.faults.push(...faults);
  }

  /** Throws CodeRefused where anything was refused until now. */
  end(): void {
    if (this.faults.length > 0) throw new CodeRefused(this.faults);
  }
}
