import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import type { CampanileError } from '../platform/errors.js';
import { within } from '../platform/networks.js';
import { networkRefused } from './access.errors.js';
import { ApiKey } from './api-key.entity.js';
import { insertKey, isEnded, lockAdmins, networksOfKey, useKey } from './api-key.queries.js';
import { AuditService } from './audit.service.js';
import { keyValues } from './domain/audit-values.js';
import type { Scope } from './domain/scope.js';
import { KEY_PREFIX, PREFIX_LENGTH } from './keys.service.js';
import type { Principal } from './domain/principal.js';
import { hashOf, newSecret } from './secret.js';
import { TrustedCallers } from './trusted-callers.js';
import { User } from './user.entity.js';

/** Who presents a key; and the keys that are made where nobody is signed in yet. */
@Injectable()
export class AccessService {
  constructor(
    private readonly em: EntityManager,
    private readonly trusted: TrustedCallers,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Makes a key and answers it in clear, for the only time. */
  async createKey(name: string, scopes: Scope[]): Promise<string> {
    const secret = KEY_PREFIX + newSecret();
    await this.store(name, scopes, secret);
    return secret;
  }

  /** Makes the key of the first start, and answers it in clear; the audit log has it as any other. */
  firstKey(): Promise<string> {
    return this.em.transactional(async () => {
      const secret = KEY_PREFIX + newSecret();
      await this.recordMade(await this.store('first key', ['admin'], secret), 'first key');
      return secret;
    });
  }

  /**
   * Makes sure that a key chosen by the operator works; two processes that start together may both try. False for one that
   * was revoked or rotated away since: whoever did so meant it, and a start is not to undo it.
   */
  presetKey(secret: string): Promise<boolean> {
    return this.em.transactional(async (em) => {
      await lockAdmins(em.getKysely());
      if (await isEnded(em.getKysely(), hashOf(secret))) return false;
      const id = await this.store('ADMIN_API_KEY', ['admin'], secret);
      if (id !== null) await this.recordMade(id, 'ADMIN_API_KEY');
      return true;
    });
  }

  /** Whether nobody was ever let in: no key, no user. Users who need no keys any more are no first start. */
  async isNew(): Promise<boolean> {
    const em = this.em.fork();
    return (await em.count(ApiKey)) === 0 && (await em.count(User)) === 0;
  }

  /** Who presents this key from this address, why they may not from there, or null for nobody we know. */
  authenticate(secret: string, address: string): Promise<Principal | CampanileError | null> {
    const hash = hashOf(secret);
    return this.trusted.find<CampanileError>(hash, address, async () => {
      const networks = await networksOfKey(this.em.getKysely(), hash, this.clock.sql());
      if (networks === undefined) return null;
      const admits = networks === null ? undefined : within(networks);
      if (admits?.(address) === false) return networkRefused(address);
      const found = await useKey(this.em.getKysely(), hash, this.clock.sql());
      return found && { ...found, admits };
    });
  }

  private store(name: string, scopes: Scope[], secret: string): Promise<number | null> {
    const prefix = secret.slice(0, PREFIX_LENGTH);
    const key = { name, scopes, prefix, hash: hashOf(secret), expiresAt: null, networks: null };
    return insertKey(this.em.getKysely(), key, this.clock.sql());
  }

  private recordMade(id: number | null, name: string): Promise<void> {
    const start = { kind: 'system', id: null, name: 'start' } as const;
    const details = keyValues({ name, scopes: ['admin'], expires_at: null, networks: null });
    return this.audit.record(start, { action: 'key.created', target: 'key', targetId: id, details });
  }
}
