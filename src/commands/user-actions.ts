import { userValues } from '../access/domain/audit-values.js';
import type { Role } from '../access/domain/role.js';
import { UsersService } from '../access/users.service.js';
import { type Application, withApplication } from './application.js';
import { command } from './command.js';
import { recorded } from './operator.js';
import type { Terminal } from './terminal.js';

/** `users create`. */
export function createUser(email: string, role: Role, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new Error(`${email} is not an email address.`);
      const make = () => app.get(UsersService).create({ email, role });
      const { id } = await recorded(app, make, (user) => ({
        ...actOf('created', user.id),
        details: userValues(user),
      }));
      await showLink(app, terminal, { id, email });
    }),
  );
}

/** `users link`. */
export function linkUser(email: string, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const user = await app.get(UsersService).byEmail(email);
      if (!user) throw new Error(`There is no user ${email}. Make one: users create ${email}`);
      await showLink(app, terminal, user);
    }),
  );
}

/** `users list`. */
export function listUsers(json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const users = await app.get(UsersService).list({ limit: 1_000 });
      const words = users.map(
        ({ id, role, email, signed_in_at }) =>
          `${String(id).padStart(4)}  ${role.padEnd(6)}  ${email}, last here ${signed_in_at?.toISOString() ?? 'never'}`,
      );
      terminal.result(users, words.join('\n'));
    }),
  );
}

async function showLink(app: Application, terminal: Terminal, user: { id: number; email: string }): Promise<void> {
  const make = () => app.get(UsersService).link(user.id);
  const { url, expires_at } = await recorded(app, make, () => actOf('link_made', user.id));
  terminal.result({ id: user.id, email: user.email, url, expires_at }, url);
}

const actOf = (what: string, targetId: number) => ({ action: `user.${what}`, target: 'user', targetId });
