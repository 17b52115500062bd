import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { recordAhead } from '../access/audited.decorator.js';
import { normaliseAddress } from '../audience/domain/address.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { invalid, notFound } from '../platform/errors.js';
import { LazyProvider } from './channels/lazy.provider.js';
import type { OutgoingMessage, SendResult } from './channels/provider.js';
import { ProviderKeeper } from './provider-keeper.js';
import type { ProviderTestResponse } from './providers.dto.js';
import { StoredProvider } from './stored-provider.entity.js';

/** Sends one real message through an account, so that people see whether it is configured rightly. */
@Injectable()
export class ProviderTestService {
  constructor(
    private readonly em: EntityManager,
    private readonly keeper: ProviderKeeper,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Also through an account that is switched off or put off: that is what a test is for. Whatever the provider does is an
   * answer. Throws PROVIDER_NOT_FOUND, or INVALID_ADDRESS for what is no address of its channel.
   */
  async test(id: number, address: string): Promise<ProviderTestResponse> {
    const row = await this.em.fork().findOne(StoredProvider, { id });
    if (!row) throw notFound('provider', id);
    const to = normaliseAddress(address, row.channel, this.config.DEFAULT_COUNTRY);
    if (to === null)
      throw invalid('INVALID_ADDRESS', [
        { pointer: '/to', message: `to must be an address of the channel ${row.channel}` },
      ]);
    await recordAhead();
    const result = await this.send(row, to);
    return {
      provider_id: id,
      to,
      outcome: result.outcome,
      scope: result.outcome === 'deferred' ? result.scope : null,
      code: 'code' in result ? result.code : null,
      response: 'response' in result ? (result.response ?? null) : null,
      provider_message_id: result.outcome === 'sent' ? result.providerMessageId : null,
    };
  }

  private async send(row: StoredProvider, to: string): Promise<SendResult> {
    const provider = new LazyProvider(this.accountOf(row), (account) => this.keeper.make(account));
    try {
      return await provider.send(this.message(row, to), () => true);
    } catch (error) {
      return { outcome: 'unknown', code: 'provider_threw', response: (error as Error).message };
    } finally {
      await provider.close();
    }
  }

  private accountOf(row: StoredProvider) {
    const { channel, kind, name, settings } = row;
    return { channel, kind, name, settings, secrets: this.keeper.opened(row) };
  }

  private message({ id, channel, name }: StoredProvider, to: string): OutgoingMessage {
    return {
      ...{ runId: 0, contactId: 0, attempt: 1, to, toName: null, format: 'text' },
      subject: channel === 'sms' ? null : `A test of ${name}`,
      body: `This is a test of the ${channel} account ${name}. It can send.`,
      // No run, so no key that evidence could name; yet another one for each message.
      deliveryKey: `test.${id}.${this.clock.now().getTime().toString(36)}`,
    };
  }
}
