import { AuditService } from '../access/audit.service.js';
import { command, withApplication } from './actions.js';
import { operator } from './operator.js';

/** `audit verify`: exit code 1 when the log is not what was written. */
export function verifyAudit(json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const { entries, hash, broken } = await app.get(AuditService).verify();
      const good = `${entries} entries, none changed, none missing; keep the last hash elsewhere: ${hash}`;
      terminal.result(
        { ok: broken === null, entries, hash, broken },
        broken ? `entry ${broken.id}: ${broken.reason}; ${entries} entries before it are good` : good,
      );
      if (broken) process.exitCode = 1;
    }),
  );
}

/** `audit prune`. */
export function pruneAudit(days: number, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const removed = await app.get(AuditService).prune(operator(), days);
      terminal.result({ removed }, `${removed} entries deleted`);
    }),
  );
}
