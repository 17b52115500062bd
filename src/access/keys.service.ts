import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { type FieldError, invalid, notFound } from '../platform/errors.js';
import { isNetwork } from '../platform/networks.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { keyExpired, lastAdmin } from './access.errors.js';
import { ApiKey } from './api-key.entity.js';
import { endSecrets, findKey, hasAdmin, insertKey, listKeys, lockAdmins, replaceSecret } from './api-key.queries.js';
import type { CreatedKey, CreateKey, KeyResponse } from './keys.dto.js';
import { hashOf, newSecret } from './secret.js';
import { TrustedCallers } from './trusted-callers.js';

/** What every key begins with, so that people and scanners for leaked secrets know one. */
export const KEY_PREFIX = 'ck_live_';

/** So much of a key is shown. */
export const PREFIX_LENGTH = KEY_PREFIX.length + 4;

/** A zone (`fe80::1%eth0`) is none: it means something on one machine only. */
const wrongNetworks = (networks: string[]): FieldError[] =>
  networks.flatMap((network, index) =>
    isNetwork(network) && !network.includes('%')
      ? []
      : [
          {
            pointer: `/networks/${index}`,
            message: `networks[${index}] must be an IP address, or a network such as 203.0.113.0/24`,
          },
        ],
  );

/** API keys: 256 random bits, of which only a SHA-256 is stored. */
@Injectable()
export class KeysService {
  constructor(
    private readonly em: EntityManager,
    private readonly trusted: TrustedCallers,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a key; the answer is the only place where it stands in clear. Throws INVALID_KEY for an end in the past, and for
   * what is no network.
   */
  async create({ name, scopes, expires_at = null, networks = null }: CreateKey): Promise<CreatedKey> {
    const errors = wrongNetworks(networks ?? []);
    if (expires_at !== null && expires_at <= this.clock.now())
      errors.push({ pointer: '/expires_at', message: 'expires_at must be in the future' });
    if (errors.length > 0) throw invalid('INVALID_KEY', errors);
    const secret = KEY_PREFIX + newSecret();
    const prefix = secret.slice(0, PREFIX_LENGTH);
    const key = { name, scopes, prefix, hash: hashOf(secret), expiresAt: expires_at, networks };
    const id = await insertKey(this.em.getKysely(), key, this.clock.sql());
    return { ...(await this.get(id!)), key: secret };
  }

  /** In the order they were made. */
  async list(query: PageQuery): Promise<Page<KeyResponse>> {
    const after = decodeCursor(query.cursor) ?? 0;
    const rows = await listKeys(this.em.getKysely(), after, query.limit + 1, this.clock.sql());
    return Page.cut(rows, query.limit, ({ id }) => id);
  }

  /** Ends a key: here at once, in other processes within five seconds. Throws KEY_NOT_FOUND or LAST_ADMIN. */
  revoke(id: number): Promise<void> {
    return this.em.transactional(async (em) => {
      await lockAdmins(em.getKysely());
      await endSecrets(em.getKysely(), id, this.clock.sql());
      if ((await em.nativeDelete(ApiKey, { id })) === 0) throw notFound('key', id);
      if (!(await hasAdmin(em.getKysely()))) throw lastAdmin();
      this.trusted.forget();
    });
  }

  /** Gives a key another secret; the present one works on for `overlapS` seconds. Throws KEY_NOT_FOUND, also of a revoked one, or KEY_EXPIRED. */
  rotate(id: number, overlapS: number): Promise<CreatedKey> {
    const secret = KEY_PREFIX + newSecret();
    const fresh = { prefix: secret.slice(0, PREFIX_LENGTH), hash: hashOf(secret), overlapS };
    return this.em.transactional(async (em) => {
      await lockAdmins(em.getKysely());
      const { expires_at: end = null } = (await findKey(em.getKysely(), id, this.clock.sql())) ?? {};
      if (end !== null && end <= this.clock.now()) throw keyExpired(end);
      await endSecrets(em.getKysely(), id, this.clock.sql());
      if (!(await replaceSecret(em.getKysely(), id, fresh, this.clock.sql()))) throw notFound('key', id);
      this.trusted.forget();
      return { ...(await this.get(id)), key: secret };
    });
  }

  private async get(id: number): Promise<KeyResponse> {
    return (await findKey(this.em.getKysely(), id, this.clock.sql()))!;
  }
}
