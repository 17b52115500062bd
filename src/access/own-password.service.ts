import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../platform/errors.js';
import { notAUser } from './access.errors.js';
import { PasswordsService } from './passwords.service.js';
import type { Principal } from './domain/principal.js';
import { hashOf } from './secret.js';
import { SignInTries } from './sign-in-tries.js';
import { TrustedCallers } from './trusted-callers.js';
import { User } from './user.entity.js';
import { endSessions } from './user.queries.js';
import type { ChangePassword } from './users.dto.js';

/** Who made the request, and from where. */
export interface Asking {
  principal: Principal;
  /** The session it came with. */
  token: string | null;
  address: string;
}

/** The password that a user changes. */
@Injectable()
export class OwnPasswordService {
  constructor(
    private readonly em: EntityManager,
    private readonly trusted: TrustedCallers,
    private readonly tries: SignInTries,
    private readonly passwords: PasswordsService,
  ) {}

  /** Changes it, and ends every other session of the user. Throws NOT_A_USER, WRONG_PASSWORD or TOO_MANY_SIGN_INS. */
  async change({ password, new_password }: ChangePassword, { principal, token, address }: Asking): Promise<void> {
    if (principal.kind !== 'user') throw notAUser();
    const { id, name } = principal;
    await this.tries.begin(address, name);
    const { password: kept } = await this.em.fork().findOneOrFail(User, { id });
    if (kept != null && !(await this.passwords.isRight(password ?? '', kept))) {
      await this.tries.fail(address, id);
      throw invalid('WRONG_PASSWORD', [{ pointer: '/password', message: 'this is not the present password' }]);
    }
    this.tries.succeed(address, name);
    const fresh = await this.passwords.hash(new_password);
    await this.em.transactional(async (em) => {
      await em.nativeUpdate(User, { id }, { password: fresh });
      await endSessions(em.getKysely(), id, token === null ? null : hashOf(token));
      this.trusted.forget();
    });
  }
}
