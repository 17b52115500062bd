import { createHash, createHmac, randomBytes } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from 'kysely';
import { Config } from './config.js';

/** What the database keeps: a secret it made itself, or the digest of the operator's. */
interface Kept {
  secret: string | null;
  digest: string;
}

/**
 * The installation's secret: SECRET_KEY, or one made once and kept in the database. Links that were sent and the
 * suppression list hold only as long as it stays the same, so a process that has another does not start.
 */
@Injectable()
export class SecretKey implements OnModuleInit {
  private secret!: string;

  constructor(
    private readonly em: EntityManager,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    const given = this.config.SECRET_KEY;
    const made = randomBytes(32).toString('base64url');
    const kept = await this.keep(
      given ? { secret: null, digest: digestOf(given) } : { secret: made, digest: digestOf(made) },
    );
    const present = given ?? kept.secret;
    if (present === null) throw new Error(`SECRET_KEY is missing: this database was set up with one. ${WHY}`);
    if (digestOf(present) !== kept.digest)
      throw new Error(
        kept.secret === null
          ? `SECRET_KEY is not the one this database was set up with. ${WHY} Put the first one back.`
          : `SECRET_KEY is not the one this database made at its first start. ${WHY} Leave it empty, or set it to the secret of the table installation.`,
      );
    this.secret = present;
  }

  /** A key for one purpose; from it nobody can tell the secret, nor the key for another purpose. */
  for(purpose: string): Buffer {
    return createHmac('sha256', this.secret).update(purpose).digest();
  }

  /** Keeps what the first process brings, and answers what is kept; of two that start together one is first. */
  private async keep({ secret, digest }: Kept): Promise<Kept> {
    const db = this.em.getKysely();
    await sql`insert into installation (id, secret, digest) values (1, ${secret}, ${digest})
              on conflict do nothing`.execute(db);
    const { rows } = await sql<Kept>`select secret, digest from installation`.execute(db);
    return rows[0]!;
  }
}

const WHY = 'With another one, links that were sent would fail and suppressed addresses would be written to again.';
const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
