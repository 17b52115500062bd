import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { brokenConstraint } from '../platform/constraint.js';
import { conflict, notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { publicUrl } from '../platform/public-url.js';
import { lastAdmin } from './access.errors.js';
import { hasAdmin, lockAdmins } from './api-key.queries.js';
import type { Role } from './domain/role.js';
import { hashOf, newSecret } from './secret.js';
import { TrustedCallers } from './trusted-callers.js';
import { User } from './user.entity.js';
import { endLinks, endSessions, insertLink } from './user.queries.js';
import type { CreateUser, SignInLinkResponse, UpdateUser, UserResponse } from './users.dto.js';

const LINK_MS = 24 * 3_600_000;

/** The people who work with the dashboard. */
@Injectable()
export class UsersService {
  constructor(
    private readonly em: EntityManager,
    private readonly trusted: TrustedCallers,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Makes a user, who comes in by a link first. Throws USER_EXISTS. */
  create({ email, role }: CreateUser): Promise<UserResponse> {
    return this.write(async (em) => {
      const user = em.create(User, { email: email.toLowerCase(), role, createdAt: this.clock.now() });
      await em.flush();
      return user;
    });
  }

  /** In the order they were made. */
  async list(query: PageQuery): Promise<Page<UserResponse>> {
    const after = decodeCursor(query.cursor) ?? 0;
    const options = { orderBy: { id: 'asc' }, limit: query.limit + 1 } as const;
    const users = await this.em.fork().find(User, { id: { $gt: after } }, options);
    return Page.cut(users.map(shown), query.limit, ({ id }) => id);
  }

  /** The one with this address, or null. */
  async byEmail(email: string): Promise<UserResponse | null> {
    const user = await this.em.fork().findOne(User, { email: email.toLowerCase() });
    return user && shown(user);
  }

  /** Changes what is given; another role ends the user's sessions, and either their link. Throws USER_NOT_FOUND, USER_EXISTS or LAST_ADMIN. */
  update(id: number, { email, role }: UpdateUser): Promise<UserResponse> {
    return this.write(async (em) => {
      await lockAdmins(em.getKysely());
      const user = await this.find(em, id);
      if (email !== undefined && email.toLowerCase() !== user.email) await this.changeAddress(em, user, email);
      if (role !== undefined && role !== user.role) await this.changeRole(em, user, role);
      await em.flush();
      // Sessions carry the address, too.
      this.trusted.forget();
      if (!(await hasAdmin(em.getKysely()))) throw lastAdmin();
      return user;
    });
  }

  /** Deletes a user, whose sessions end. Throws USER_NOT_FOUND or LAST_ADMIN. */
  delete(id: number): Promise<void> {
    return this.em.transactional(async (em) => {
      await lockAdmins(em.getKysely());
      await endSessions(em.getKysely(), id, null);
      if ((await em.nativeDelete(User, { id })) === 0) throw notFound('user', id);
      if (!(await hasAdmin(em.getKysely()))) throw lastAdmin();
      this.trusted.forget();
    });
  }

  /** A link by which a user comes in once, within 24 hours; the one before is worth nothing any more. Throws USER_NOT_FOUND. */
  link(id: number): Promise<SignInLinkResponse> {
    return this.em.transactional(async (em) => {
      await this.find(em, id);
      const token = newSecret();
      await insertLink(em.getKysely(), { userId: id, hash: hashOf(token), lastsMs: LINK_MS }, this.clock.sql());
      const expires_at = new Date(this.clock.now().getTime() + LINK_MS);
      return { url: `${publicUrl(this.config)}/dashboard/#link=${token}`, expires_at };
    });
  }

  /** Whoever has the link got it at the address before. */
  private async changeAddress(em: EntityManager, user: User, email: string): Promise<void> {
    user.email = email.toLowerCase();
    await endLinks(em.getKysely(), user.id);
  }

  private async changeRole(em: EntityManager, user: User, role: Role): Promise<void> {
    user.role = role;
    await endSessions(em.getKysely(), user.id, null);
  }

  private async find(em: EntityManager, id: number): Promise<User> {
    const user = await em.findOne(User, { id });
    if (!user) throw notFound('user', id);
    return user;
  }

  private async write(work: (em: EntityManager) => Promise<User>): Promise<UserResponse> {
    try {
      return shown(await this.em.transactional(work));
    } catch (error) {
      if (brokenConstraint(error) === 'app_user_email_unique')
        throw conflict('USER_EXISTS', 'There is a user with this address already.');
      throw error;
    }
  }
}

const shown = ({ id, email, role, password, createdAt, signedInAt }: User): UserResponse => ({
  id,
  email,
  role,
  has_password: password != null,
  created_at: createdAt,
  signed_in_at: signedInAt ?? null,
});
