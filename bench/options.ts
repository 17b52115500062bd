import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

/** What may be asked of the benches; each takes what concerns it. */
const known = {
  contacts:
    'the audience of dispatch, first-message and segments, who is there in api, the hits of tracking, the rows of an imported file',
  present: 'the contacts that are there before an import',
  recipients: 'the recipients of the queues, each of a round',
  messages: 'the messages of a round over SMTP',
  rows: 'the ledger rows that are present in flat',
  deliveries: 'the ledger rows that are present in overview',
  rounds: 'how often everything is measured',
  seconds: 'how long lateness is watched, hits come beside a send in tracking, and a turn of api lasts',
  processes: 'how many processes share the work, where not one does; as many as there are cores unless given',
} as const;

/** Numbers from the command line, and where to write figures to. */
export interface Options {
  names: string[];
  json: string | undefined;
  numbers: Partial<Record<keyof typeof known, number>>;
}

/** Reads the command line; says what is wrong with it and ends where it is of no use. Nothing named means `unlessNamed`. */
export function readOptions(names: string[], unlessNamed = names): Options {
  const keys = Object.keys(known) as (keyof typeof known)[];
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: text, ...Object.fromEntries(keys.map((key) => [key, text])) },
    });
    const unknown = positionals.filter((name) => !names.includes(name));
    if (unknown.length > 0) throw new Error(`There is no bench ${unknown.join(', ')}; there are ${names.join(', ')}.`);
    const given = values as Record<string, string | undefined>;
    const numbers = Object.fromEntries(
      keys.filter((key) => given[key] !== undefined).map((key) => [key, positive(key, given[key]!)]),
    );
    return { names: positionals.length > 0 ? positionals : unlessNamed, json: given.json, numbers };
  } catch (error) {
    const help = keys.map((key) => `  --${key} N`.padEnd(18) + known[key]).join('\n');
    console.error(`${(error as Error).message}\n${help}\n  --json FILE     writes the figures to a file, too`);
    process.exit(2);
  }
}

function positive(key: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${key} must be a whole number, 1 or more.`);
  return value;
}

/** As many processes as share the work: one a core, unless told otherwise. */
export function processesOf({ numbers }: Options): number {
  return numbers.processes ?? availableParallelism();
}

/** What it all ran on. */
export function machine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpus()[0]?.model}, ${gigabytes} GiB, Node ${process.version}, embedded PostgreSQL 18, durable`;
}
