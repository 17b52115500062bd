import { keyValues } from '../access/domain/audit-values.js';
import type { Scope } from '../access/domain/scope.js';
import { KeysService } from '../access/keys.service.js';
import { withApplication } from './application.js';
import { command } from './command.js';
import { recorded } from './operator.js';

/** What `keys create` is told. */
export interface KeyOptions {
  name: string;
  scope: Scope;
  days?: number;
  from?: string[];
}

const DAY_MS = 86_400_000;

/** `keys create`. */
export function createKey({ name, scope, days, from }: KeyOptions, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const expires_at = days === undefined ? null : new Date(Date.now() + days * DAY_MS);
      const networks = from ?? null;
      const make = () => app.get(KeysService).create({ name, scopes: [scope], expires_at, networks });
      const { id, key } = await recorded(app, make, (made) => ({
        ...actOf('created', made.id),
        details: keyValues(made),
      }));
      terminal.result({ id, name, scope, key, expires_at, networks }, key);
    }),
  );
}

/** `keys list`. */
export function listKeys(json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const keys = await app.get(KeysService).list({ limit: 1_000 });
      const words = keys.map(({ id, prefix, scopes, name, networks, expires_at, last_used_at }) =>
        [
          String(id).padStart(4),
          `${prefix}…`,
          scopes.join(',').padEnd(5),
          `used ${last_used_at?.toISOString() ?? 'never'}`.padEnd(29),
          ...(expires_at ? [`until ${expires_at.toISOString()}`] : []),
          ...(networks ? [`from ${networks.join(', ')}`] : []),
          name,
        ].join('  '),
      );
      terminal.result(keys, words.join('\n'));
    }),
  );
}

/** `keys revoke`. */
export function revokeKey(id: number, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const revoke = () => app.get(KeysService).revoke(id);
      await recorded(app, revoke, () => actOf('revoked', id));
      terminal.result({ id }, `key ${id} is revoked; running processes refuse it within five seconds`);
    }),
  );
}

/** `keys rotate`. */
export function rotateKey(id: number, overlap: number, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const rotate = () => app.get(KeysService).rotate(id, overlap);
      const { key, old_secret_until } = await recorded(app, rotate, (made) => ({
        ...actOf('rotated', id),
        details: { values: { ...keyValues(made).values, old_secret_until: made.old_secret_until } },
      }));
      terminal.result({ id, key, old_secret_until }, key);
    }),
  );
}

const actOf = (what: string, targetId: number) => ({ action: `key.${what}`, target: 'key', targetId });
