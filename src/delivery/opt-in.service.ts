import { Injectable } from '@nestjs/common';
import { ContactsService } from '../audience/contacts.service.js';
import { PersonService } from '../audience/person.service.js';
import { Clock } from '../platform/clock.js';
import type { OutgoingMessage, Provider, SendResult } from './channels/provider.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import type { OptInResponse, RequestOptIn } from './opt-in.dto.js';
import { ProviderGate } from './provider-gate.js';

/** Carries the messages by which people confirm that they want messages. */
@Injectable()
export class OptInService {
  constructor(
    private readonly person: PersonService,
    private readonly contacts: ContactsService,
    private readonly providers: ProviderRegistry,
    private readonly gate: ProviderGate,
    private readonly clock: Clock,
  ) {}

  /** Sets the channel to pending, then sends, outside of any transaction. Throws what `askOptIn` throws. */
  async request(contactId: number, input: RequestOptIn, actor: string): Promise<OptInResponse> {
    const { channel, text_version: textVersion, source = null } = input;
    const { address, url } = await this.person.askOptIn(contactId, channel, { source, textVersion, actor });
    const provider = this.providers.for(channel);
    const contact = channel === 'push' ? await this.contacts.find(contactId) : null;
    const result = await this.send(provider, {
      runId: 0,
      contactId,
      attempt: 1,
      to: address,
      toName: null,
      subject: channel === 'sms' ? null : 'Please confirm',
      format: 'text',
      body: `Please confirm that you want to get messages from us: ${url}\nIf you did not ask for it, do nothing.`,
      // No run, so no key that evidence could name; yet another one for each message.
      ...(contact && { notice: { subscriptions: contact.push_subscriptions, url, icon: null } }),
      deliveryKey: `opt-in.${contactId}.${this.clock.now().getTime().toString(36)}`,
    });
    const { code = null, response = null } = result.outcome === 'sent' ? {} : result;
    return {
      contact_id: contactId,
      channel,
      confirm_url: url,
      provider: provider.name,
      outcome: result.outcome,
      code,
      response,
    };
  }

  /** As campaigns do: within the provider's limits, and a provider that throws may or may not have sent it. */
  private async send(provider: Provider, message: OutgoingMessage): Promise<SendResult> {
    if ((await this.gate.admit(provider, 1, false)) === 0)
      return { outcome: 'deferred', scope: 'provider', code: 'provider_busy' };
    try {
      return await provider.send(message, () => this.gate.mayStart(provider));
    } catch (error) {
      return { outcome: 'unknown', code: 'provider_error', response: (error as Error).message };
    }
  }
}
