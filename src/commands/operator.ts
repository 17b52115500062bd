import { userInfo } from 'node:os';
import { EntityManager } from '@mikro-orm/postgresql';
import { type Act, type Actor, AuditService } from '../access/audit.service.js';
import type { Application } from './application.js';

/** Whoever has the terminal. */
export function operator(): Actor {
  return { kind: 'cli', id: null, name: userInfo().username };
}

/** Does what an operator asks for, and records it in the same transaction; `actOf` says what was done. */
export function recorded<Result>(
  app: Application,
  work: () => Promise<Result>,
  actOf: (result: Result) => Act,
): Promise<Result> {
  return app.get(EntityManager).transactional(async () => {
    const result = await work();
    await app.get(AuditService).record(operator(), actOf(result));
    return result;
  });
}
