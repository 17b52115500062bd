import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What the command line asked for. */
export interface Options {
  /** How long the steady work lasts, the warm-up included. */
  seconds: number;
  /** The compiled product that is put to the test. */
  product: string;
  /** Where to write samples and verdict as JSON. */
  json: string | undefined;
}

/** A mistake on the command line, in a sentence. */
export class UsageError extends Error {}

const USAGE = 'npm run soak -- [--minutes 30] [--json FILE] [--product DIST]';

/** Reads the command line. Throws a UsageError that names the mistake. */
export function readOptions(args: string[]): Options {
  const { minutes = '30', product, json } = parse(args);
  if (!/^\d{1,4}$/.test(minutes) || Number(minutes) < 2)
    throw new UsageError(`--minutes must be a whole number, 2 or more, not ${minutes}.\n${USAGE}`);
  return { seconds: Number(minutes) * 60, product: product ?? fileURLToPath(new URL('../..', import.meta.url)), json };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args, options: { minutes: text, product: text, json: text } }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
}
