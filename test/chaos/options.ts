import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Scenario } from './scenario.js';

/** What the command line asked for. */
export interface Options {
  /** About how long the whole is to take. */
  seconds: number;
  seed: number;
  scenarios: Scenario[];
  /** Whether they were named, by name or with `--all`: then all of them are played, however long it takes. */
  named: boolean;
  /** The compiled product that is put to the test. */
  product: string;
  /** Where to write the figures as JSON. */
  json: string | undefined;
}

/** A mistake on the command line, in a sentence. */
export class UsageError extends Error {}

const USAGE = `npm run chaos -- [--seconds 60] [--seed N] [--scenario F1,F4] [--all] [--json FILE] [--product DIST]`;

/** Reads the command line. Throws a UsageError that names the mistake. */
export function readOptions(args: string[], known: readonly Scenario[]): Options {
  const { values } = parse(args);
  const names = [...(values.scenario ?? []), ...(values.only ?? [])].flatMap((list) => list.split(','));
  const unknown = names.filter((name) => !known.some((scenario) => scenario.name === name));
  if (unknown.length > 0)
    throw new UsageError(`There is no ${unknown.join(', ')}; there are ${known.map(({ name }) => name).join(', ')}.`);
  return {
    seconds: whole('seconds', values.seconds ?? '60'),
    seed: values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed),
    scenarios: known.filter(({ name, inDefault }) =>
      names.length > 0 ? names.includes(name) : values.all || inDefault,
    ),
    named: names.length > 0 || values.all === true,
    product: values.product ?? fileURLToPath(new URL('../..', import.meta.url)),
    json: values.json,
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const many = { type: 'string', multiple: true } as const;
  const options = {
    seconds: text,
    seed: text,
    scenario: many,
    only: many,
    product: text,
    json: text,
    all: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
}

function whole(name: string, given: string): number {
  if (!/^\d{1,10}$/.test(given)) throw new UsageError(`--${name} must be a whole number, not ${given}.\n${USAGE}`);
  return Number(given);
}
