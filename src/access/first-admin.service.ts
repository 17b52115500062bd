import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { userValues } from './domain/audit-values.js';
import { lockAdmins } from './api-key.queries.js';
import { AuditService } from './audit.service.js';
import { UsersService } from './users.service.js';

/** The user who is there from the first start on. */
@Injectable()
export class FirstAdminService {
  constructor(
    private readonly em: EntityManager,
    private readonly users: UsersService,
    private readonly audit: AuditService,
    private readonly config: Config,
  ) {}

  /**
   * Makes them, with the address ADMIN_EMAIL, and answers a link by which they come in; null where another process that
   * starts at the same moment has done so.
   */
  link(): Promise<string | null> {
    return this.em.transactional(async (em) => {
      await lockAdmins(em.getKysely());
      const email = this.config.ADMIN_EMAIL;
      if (await this.users.byEmail(email)) return null;
      const user = await this.users.create({ email, role: 'admin' });
      const { url } = await this.users.link(user.id);
      const system = { kind: 'system', id: null, name: 'first start' } as const;
      await this.audit.record(system, {
        ...{ action: 'user.created', target: 'user', targetId: user.id },
        details: userValues(user),
      });
      return url;
    });
  }
}
