import { Injectable } from '@nestjs/common';
import { ContactsService } from '../audience/contacts.service.js';
import { type OptIn, PersonService } from '../audience/person.service.js';
import { Clock } from '../platform/clock.js';
import type { OutgoingMessage, SendResult } from './channels/provider.js';
import type { OptInResponse, RequestOptIn } from './opt-in.dto.js';
import { SingleSender } from './single-sender.js';

/** Carries the messages by which people confirm that they want messages. */
@Injectable()
export class OptInService {
  constructor(
    private readonly person: PersonService,
    private readonly contacts: ContactsService,
    private readonly sender: SingleSender,
    private readonly clock: Clock,
  ) {}

  /**
   * Sets the channel to pending, then sends, outside of any transaction. A message that surely did not leave counts for
   * nothing: the person may be asked again at once. Throws what `askOptIn` throws.
   */
  async request(contactId: number, input: RequestOptIn, actor: string): Promise<OptInResponse> {
    const { channel, text_version: textVersion, source = null } = input;
    const asked = await this.person.askOptIn(contactId, channel, { source, textVersion, actor });
    let mayHaveLeft = false;
    try {
      const provider = this.sender.providerOf(channel, null);
      const result = await this.sender.send(provider, await this.messageOf(asked));
      mayHaveLeft = mayHaveReached(result);
      const { code = null, response = null } = result.outcome === 'sent' ? {} : result;
      return {
        contact_id: contactId,
        channel,
        confirm_url: asked.url,
        provider: provider.name,
        outcome: result.outcome,
        code,
        response,
      };
    } finally {
      if (!mayHaveLeft) await this.person.takeAskBack(asked);
    }
  }

  private async messageOf({ contactId, channel, address, url }: OptIn & { url: string }): Promise<OutgoingMessage> {
    const contact = channel === 'push' ? await this.contacts.find(contactId) : null;
    return {
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
    };
  }
}

const mayHaveReached = (result: SendResult): boolean =>
  result.outcome === 'sent' ||
  result.outcome === 'unknown' ||
  (result.outcome === 'deferred' && result.doubtful === true);
