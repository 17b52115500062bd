import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { deadLink, wrongPassword } from './access.errors.js';
import { scopesOf } from './domain/role.js';
import { PasswordsService } from './passwords.service.js';
import type { Principal } from './domain/principal.js';
import { hashOf, newSecret } from './secret.js';
import type { SignIn, SignInByLink } from './sessions.dto.js';
import { SignInTries } from './sign-in-tries.js';
import { TrustedCallers } from './trusted-callers.js';
import { User } from './user.entity.js';
import { deleteSession, endSessions, type FoundUser, insertSession, takeLink, useSession } from './user.queries.js';

/** A session that began: its secret, for the cookie, and whose it is. */
export interface NewSession {
  token: string;
  principal: Principal;
}

/** Browsers in which people are signed in: 256 random bits, of which only a SHA-256 is stored. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly em: EntityManager,
    private readonly trusted: TrustedCallers,
    private readonly tries: SignInTries,
    private readonly passwords: PasswordsService,
    private readonly clock: Clock,
  ) {}

  /** Begins a session by password. Throws WRONG_PASSWORD, whichever is wrong, or TOO_MANY_SIGN_INS. */
  async signIn({ email: given, password }: SignIn, address: string): Promise<NewSession> {
    const email = given.toLowerCase();
    await this.tries.begin(address, email);
    const user = await this.em.fork().findOne(User, { email });
    // An unknown user takes as long as a wrong password.
    if (!(await this.passwords.isRight(password, user?.password ?? null)) || !user) {
      await this.tries.fail(address, user?.id ?? null);
      throw wrongPassword();
    }
    this.tries.succeed(address, email);
    return this.begin(this.em, user);
  }

  /** Begins a session by a link, which is used up, and sets a password where one is given. Throws LINK_NOT_VALID. */
  async signInByLink({ token, password }: SignInByLink, address: string): Promise<NewSession> {
    const session = await this.em.transactional(async (em) => {
      const user = await takeLink(em.getKysely(), hashOf(token), this.clock.sql());
      if (!user) return null;
      if (password !== undefined) {
        await em.nativeUpdate(User, { id: user.id }, { password: await this.passwords.hash(password) });
        await endSessions(em.getKysely(), user.id, null);
        this.trusted.forget();
      }
      return this.begin(em, user);
    });
    if (session) return session;
    await this.tries.fail(address, null);
    throw deadLink();
  }

  /** Whose cookie this is, or null for a session that is over. */
  async authenticate(token: string, address: string): Promise<Principal | null> {
    const hash = hashOf(token);
    return this.trusted.find<never>(hash, address, async () => {
      const user = await useSession(this.em.getKysely(), hash, this.clock.sql());
      return user && { ...principalOf(user), endsAt: user.ends_at };
    });
  }

  /** Ends a session: here at once, in other processes within five seconds. */
  async end(token: string): Promise<void> {
    await this.em.transactional(async (em) => {
      await deleteSession(em.getKysely(), hashOf(token));
      this.trusted.forget();
    });
  }

  private async begin(em: EntityManager, user: FoundUser): Promise<NewSession> {
    const token = newSecret();
    await insertSession(em.getKysely(), user.id, hashOf(token), this.clock.sql());
    return { token, principal: principalOf(user) };
  }
}

const principalOf = ({ id, email, role }: FoundUser): Principal => ({
  kind: 'user',
  id,
  name: email,
  scopes: scopesOf(role),
});
