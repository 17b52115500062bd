import { createHash, randomBytes } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ApiKey } from './api-key.entity.js';
import type { Scope } from './domain/scope.js';

/** What a presented key turned out to be. */
export interface Principal {
  keyId: number;
  name: string;
  scopes: Scope[];
}

/** How long a key found good is trusted without asking the database again. */
const TRUST_MS = 5_000;

/** API keys: 256 random bits, of which only a SHA-256 is stored; enough, because there is nothing to guess. */
@Injectable()
export class AccessService {
  private readonly trusted = new Map<string, { principal: Principal; until: number }>();

  constructor(private readonly em: EntityManager) {}

  /** Makes a key and answers it in clear, for the only time. */
  async createKey(name: string, scopes: Scope[]): Promise<string> {
    const secret = `ck_live_${randomBytes(32).toString('base64url')}`;
    await this.storeKey(name, scopes, secret);
    return secret;
  }

  /** Makes sure that a key chosen by the operator works; two processes that start together may both try. */
  async presetKey(secret: string): Promise<void> {
    await this.storeKey('ADMIN_API_KEY', ['admin'], secret);
  }

  /** Whether any key exists: false exactly on the first start. */
  async hasKeys(): Promise<boolean> {
    return (await this.em.fork().count(ApiKey)) > 0;
  }

  /** Who presents this key, or null for nobody we know. */
  async authenticate(secret: string): Promise<Principal | null> {
    const hash = hashOf(secret);
    const known = this.trusted.get(hash);
    if (known && known.until > performance.now()) return known.principal;
    const { rows } = await sql<Principal>`
      update api_key set last_used_at = now() where hash = ${hash}
      returning id as "keyId", name, scopes`.execute(this.em.getKysely());
    const principal = rows[0] ?? null;
    if (principal) this.trusted.set(hash, { principal, until: performance.now() + TRUST_MS });
    return principal;
  }

  private async storeKey(name: string, scopes: Scope[], secret: string): Promise<void> {
    await sql`
      insert into api_key (name, prefix, hash, scopes)
      values (${name}, ${secret.slice(0, 12)}, ${hashOf(secret)}, ${scopes}::text[])
      on conflict (hash) do nothing`.execute(this.em.getKysely());
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
