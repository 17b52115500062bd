import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/** The answers that mean: there is no such record. */
const NONE = ['ENOTFOUND', 'ENODATA'];
const TIMEOUT_MS = 3_000;

/** What the DNS says of a domain. Rejects with an Error where it does not answer. */
@Injectable()
export class DomainRecords {
  /** Whom it asks; the servers of the system unless others are set. */
  readonly resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });

  /** Texts at a name, each in one piece; none where there are none. */
  async texts(name: string): Promise<string[]> {
    return (await orNone(this.resolver.resolveTxt(name))).map((parts) => parts.join(''));
  }

  /** The mail servers of a name, without the one that says that it takes no mail. */
  async mailServers(name: string): Promise<string[]> {
    return (await orNone(this.resolver.resolveMx(name))).map(({ exchange }) => exchange).filter(Boolean);
  }
}

async function orNone<T>(asked: Promise<T[]>): Promise<T[]> {
  try {
    return await asked;
  } catch (error) {
    if (NONE.includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
