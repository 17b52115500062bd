import { type Command, InvalidArgumentError } from 'commander';
import { type Role, ROLES } from '../access/domain/role.js';
import { SCOPES, type Scope } from '../access/domain/scope.js';
import { pruneAudit, verifyAudit } from './audit-actions.js';
import { createKey, type KeyOptions, listKeys, revokeKey, rotateKey } from './key-actions.js';
import { createUser, linkUser, listUsers } from './user-actions.js';

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

/** The commands about who may call and who did what. */
export function addAccessCommands(program: Command, json: () => boolean): void {
  const keys = program.command('keys').description('manage API keys');
  keys
    .command('create')
    .description('make an API key and print it, for the only time')
    .option('--name <name>', 'what it is for', 'made by the CLI')
    .option('--scope <scope>', `what it may do: ${SCOPES.join(', ')}`, oneOf<Scope>(SCOPES), 'admin')
    .option('--days <n>', 'how many days it works; for ever unless given', count)
    .action((options: KeyOptions) => createKey(options, json()));
  keys
    .command('list')
    .description('list API keys, never their secrets')
    .action(() => listKeys(json()));
  keys
    .command('revoke')
    .description('end an API key')
    .argument('<id>', 'its id', count)
    .action((id: number) => revokeKey(id, json()));
  keys
    .command('rotate')
    .description('give an API key another secret and print it, for the only time')
    .argument('<id>', 'its id', count)
    .option('--overlap <seconds>', 'how long the present one works on', count, 0)
    .action((id: number, { overlap }: { overlap: number }) => rotateKey(id, overlap, json()));

  const users = program.command('users').description('manage the people of the dashboard');
  users
    .command('create')
    .description('make a user and print a link by which they come in once')
    .argument('<email>', 'their address')
    .option('--role <role>', `what they may do: ${ROLES.join(', ')}`, oneOf<Role>(ROLES), 'admin')
    .action((email: string, { role }: { role: Role }) => createUser(email, role, json()));
  users
    .command('link')
    .description('print a link by which a user comes in once and may set a password')
    .argument('<email>', 'their address')
    .action((email: string) => linkUser(email, json()));
  users
    .command('list')
    .description('list users')
    .action(() => listUsers(json()));

  const audit = program.command('audit').description('check or shorten the audit log');
  audit
    .command('verify')
    .description('walk the chain of entries; exits 1, and names the first broken one, when it was tampered with')
    .action(() => verifyAudit(json()));
  audit
    .command('prune')
    .description('delete the oldest entries, which is recorded')
    .requiredOption('--days <n>', 'how many days are kept', count)
    .action(({ days }: { days: number }) => pruneAudit(days, json()));
}
