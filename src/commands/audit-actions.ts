import { AuditService } from '../access/audit.service.js';
import { withApplication } from './application.js';
import { command } from './command.js';
import { operator } from './operator.js';

/** `audit verify`: exit code 1 when the log is not what was written, or has no entry with the hash that is expected. */
export function verifyAudit(expected: string | undefined, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const { entries, hash, broken } = await app.get(AuditService).verify({ expected });
      const good = `${entries} entries, none changed, none missing; keep the last hash elsewhere, for --expect: ${hash}`;
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
