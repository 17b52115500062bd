/**
 * The name of the constraint that a failed statement would have broken, whoever sent it; null where it failed for another
 * reason. SQLSTATE class 23: PostgreSQL 18 gave `on delete restrict` a code of its own (23001) beside 23503.
 */
export function brokenConstraint(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return typeof code === 'string' && code.startsWith('23') && typeof constraint === 'string' ? constraint : null;
}
