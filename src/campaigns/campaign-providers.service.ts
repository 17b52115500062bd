import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { invalid } from '../platform/errors.js';
import { forgetName, isNamed } from './campaign-providers.queries.js';

/** Whether a campaign may name this account; where it is one that can be deleted, it is locked until the transaction ends. */
export type AccountCheck = (channel: Channel, name: string) => Promise<boolean>;

/**
 * Which accounts campaigns may name. These belong to a module on the right, which hands in how to ask for them when it is
 * made; without it no campaign can name one.
 */
@Injectable()
export class CampaignProvidersService {
  private check: AccountCheck = () => Promise.resolve(false);

  constructor(private readonly em: EntityManager) {}

  /** Makes known how accounts are asked for. */
  tell(check: AccountCheck): void {
    this.check = check;
  }

  /** Throws UNKNOWN_PROVIDER for an account that is not there, or is one of another channel. */
  async require(channel: Channel, name: string | null): Promise<void> {
    if (name === null || (await this.check(channel, name))) return;
    throw invalid('UNKNOWN_PROVIDER', [
      {
        pointer: '/provider',
        message: `there is no provider "${name}" for ${channel}; GET /providers shows those there are`,
      },
    ]);
  }

  /**
   * Lets go of an account that is to be deleted, in the caller's transaction: campaigns that are over no longer name it.
   * Answers false, and changes nothing, where one that may still run does.
   */
  async letGo(channel: Channel, name: string): Promise<boolean> {
    const db = this.em.getKysely();
    if (await isNamed(db, channel, name)) return false;
    await forgetName(db, channel, name);
    return true;
  }
}
