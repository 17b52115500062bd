import { type Command, InvalidArgumentError } from 'commander';
import { SHORTEST_KEPT_DAYS } from '../access/domain/audit-chain.js';
import { type Role, ROLES } from '../access/domain/role.js';
import { SCOPES, type Scope } from '../access/domain/scope.js';
import type { KeyOptions } from './key-actions.js';

const oneOf =
  <Word extends string>(words: readonly Word[]) =>
  (text: string): Word => {
    if (!words.includes(text as Word)) throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
    return text as Word;
  };

const count = (text: string): number => {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const keptDays = (text: string): number => {
  const days = count(text);
  if (days < SHORTEST_KEPT_DAYS)
    throw new InvalidArgumentError(`Entries are kept for ${SHORTEST_KEPT_DAYS} days at least, whoever asks.`);
  return days;
};

const hash = (text: string): string => {
  if (!/^[\da-f]{64}$/i.test(text)) throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
  return text.toLowerCase();
};

/** Of an option that is said several times, or once with commas. */
const list = (text: string, before: string[] = []): string[] => [
  ...before,
  ...text.split(',').map((part) => part.trim()),
];

const keyActions = () => import('./key-actions.js');
const userActions = () => import('./user-actions.js');
const auditActions = () => import('./audit-actions.js');

/** The commands about who may call and who did what. */
export function addAccessCommands(program: Command, json: () => boolean): void {
  const keys = program.command('keys').description('manage API keys');
  keys
    .command('create')
    .description('make an API key and print it, for the only time')
    .option('--name <name>', 'what it is for', 'made by the CLI')
    .option('--scope <scope>', `what it may do: ${SCOPES.join(', ')}`, oneOf<Scope>(SCOPES), 'admin')
    .option('--days <n>', 'how many days it works; for ever unless given', count)
    .option('--from <network>', 'an address or network from which it may be used, or several; any unless given', list)
    .action(async (options: KeyOptions) => (await keyActions()).createKey(options, json()));
  keys
    .command('list')
    .description('list API keys, never their secrets')
    .action(async () => (await keyActions()).listKeys(json()));
  keys
    .command('revoke')
    .description('end an API key')
    .argument('<id>', 'its id', count)
    .action(async (id: number) => (await keyActions()).revokeKey(id, json()));
  keys
    .command('rotate')
    .description('give an API key another secret and print it, for the only time')
    .argument('<id>', 'its id', count)
    .option('--overlap <seconds>', 'how long the present one works on', count, 0)
    .action(async (id: number, { overlap }: { overlap: number }) =>
      (await keyActions()).rotateKey(id, overlap, json()),
    );

  const users = program.command('users').description('manage the people of the dashboard');
  users
    .command('create')
    .description('make a user and print a link by which they come in once')
    .argument('<email>', 'their address')
    .option('--role <role>', `what they may do: ${ROLES.join(', ')}`, oneOf<Role>(ROLES), 'admin')
    .action(async (email: string, { role }: { role: Role }) => (await userActions()).createUser(email, role, json()));
  users
    .command('link')
    .description('print a link by which a user comes in once and may set a password')
    .argument('<email>', 'their address')
    .action(async (email: string) => (await userActions()).linkUser(email, json()));
  users
    .command('list')
    .description('list users')
    .action(async () => (await userActions()).listUsers(json()));

  const audit = program.command('audit').description('check or shorten the audit log');
  audit
    .command('verify')
    .description('walk the chain of entries; exits 1, and names the first broken one, when it was tampered with')
    .option('--expect <hash>', 'a hash that it told before: fails where no entry has it', hash)
    .action(async ({ expect }: { expect?: string }) => (await auditActions()).verifyAudit(expect, json()));
  audit
    .command('prune')
    .description('delete the oldest entries, which is recorded')
    .requiredOption('--days <n>', `how many days are kept, ${SHORTEST_KEPT_DAYS} at least`, keptDays)
    .action(async ({ days }: { days: number }) => (await auditActions()).pruneAudit(days, json()));
}
