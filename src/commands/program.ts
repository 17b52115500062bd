import { Command, InvalidArgumentError } from 'commander';
import { addAccessCommands } from './access-program.js';
import { addCodeCommands } from './as-code-program.js';
import type { ImportOptions } from './import-file.js';
import { MAX_CONTACTS, MAX_DAYS } from './simulation/simulation-bounds.js';

const wholeNumber = (text: string): number => {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const within = (least: number, most: number) => (text: string) => {
  const number = wholeNumber(text);
  if (number < least || number > most) throw new InvalidArgumentError(`It must be from ${least} to ${most}.`);
  return number;
};

const share = (text: string): number => {
  if (!/^(?:0|1|0?\.\d+|[01]\.0*)$/.test(text)) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return Number(text);
};

interface SimulateOptions {
  days: number;
  seed: number;
  failureRate: number;
  contacts: number;
}
const schemaWork = (): never => {
  throw new InvalidArgumentError('It must be one of up, down, status.');
};

/**
 * The commands with their help. What a command needs is loaded with it: help and wrong words take no application.
 * Exit code 0: done; 1: it failed or a check did; 2: the words were wrong; 3: a plan has changes, where asked.
 */
export function buildProgram(): Command {
  const program = new Command('campanile')
    .description('What an operator of Campanile does from a terminal')
    .option('--json', 'print results as JSON')
    .showHelpAfterError('(add --help for what can be said)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .configureHelp({ showGlobalOptions: true });
  const actions = () => import('./actions.js');
  const schemaActions = () => import('./schema-actions.js');
  const json = (): boolean => program.opts<{ json?: boolean }>().json ?? false;

  // Its subcommands are taken before its argument: what gets as far as that is none of them.
  const schema = program
    .command('migrate')
    .description('change or show the database schema')
    .argument('[what]', 'up (unless given), down or status', schemaWork)
    .action(async () => (await schemaActions()).migrate('up', json()));
  schema
    .command('up')
    .description('apply every pending migration')
    .action(async () => (await schemaActions()).migrate('up', json()));
  schema
    .command('down')
    .description('take back the last migration')
    .option('--all', 'take back every migration: deletes all data')
    .action(async ({ all }: { all?: boolean }) => (await schemaActions()).migrate(all ? 'down-all' : 'down', json()));
  schema
    .command('status')
    .description('list migrations')
    .action(async () => (await schemaActions()).migrate('status', json()));

  program
    .command('seed')
    .description('make the demo segments, contacts and campaigns where they are missing')
    .option('--contacts <n>', 'how many contacts', wholeNumber, 60)
    .action(async ({ contacts }: { contacts: number }) => (await actions()).seed(contacts, json()));
  program
    .command('import')
    .description('import contacts from a file, CSV or NDJSON, plain or packed with gzip; exits 1 when it fails')
    .argument('<file>', 'its path, - for standard input')
    .option('--segment <name>', 'the segment to put them into, made where there is none')
    .option('--map <pairs>', 'which column is what: E-Mail:email,Plan:attributes.plan,Notes:-')
    .option('--dry-run', 'check and count everything, change nothing')
    .option('--overwrite-consent', 'let the file give back what contacts took back')
    .action(async (file: string, options: ImportOptions) =>
      (await import('./import-file.js')).importFile(file, options, json()),
    );
  program
    .command('verify')
    .description('check that the product does what it promises; exits 1 when a check fails')
    .action(async () => (await actions()).verify(json()));
  program
    .command('doctor')
    .description('look at database, clocks, providers and the DNS of sender domains; exits 1 when something is wrong')
    .action(async () => (await actions()).doctor(json()));
  program
    .command('simulate')
    .description("play a campaign's next days with the engine itself; nothing is sent, nothing is changed")
    .argument('<campaign>', 'its id', wholeNumber)
    .option('--days <n>', `how many, at most ${MAX_DAYS}`, within(1, MAX_DAYS), 90)
    .option('--seed <n>', 'where chance begins', within(0, 99_999_999), 1)
    .option('--failure-rate <share>', 'the share of tries that fail for the moment', share, 0)
    .option('--contacts <n>', 'how many contacts to play with at most', within(1, MAX_CONTACTS), 1_000)
    .action(async (campaign: number, { failureRate: failure_rate, ...wish }: SimulateOptions) =>
      (await actions()).simulate(campaign, { ...wish, failure_rate }, json()),
    );
  addCodeCommands(program, json);
  addAccessCommands(program, json);
  program
    .command('vapid')
    .description('make a pair of keys for a push account of kind web_push and print it, for the only time')
    .action(async () => (await import('./vapid-action.js')).makeVapidKeys(json()));
  program
    .command('openapi')
    .description('print the OpenAPI document')
    .action(async () => (await actions()).printOpenApi());
  return program;
}
