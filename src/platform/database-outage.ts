/**
 * SQLSTATE classes and codes of a server that is gone, going or full: 08 connection, 57P0x shutdown, 53300 too many; or that
 * lets nobody in: 28 by role or password, 3D000 no such database. Whoever changes a password, or restores a database beside
 * the old one, makes such a time; a start with a wrong one has failed before. Not 08P01, a malformed message: that is a
 * statement being wrong.
 */
const outageStates = /^(?:08(?!P01)|28(?:000|P01)|3D000|57P0|53300|25006)/;
const outageCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);
const outageMessages = /Connection terminated|Client has encountered a connection error|timeout exceeded when trying/;

/** Whether an error says that the database is not reachable at the moment, as opposed to a statement being wrong. */
export function isDatabaseOutage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code;
    if (typeof code === 'string' && (outageCodes.has(code) || outageStates.test(code))) return true;
    if (outageMessages.test(cause.message)) return true;
  }
  return false;
}
