import { Injectable } from '@nestjs/common';
import { recordAhead } from '../access/audited.decorator.js';
import { normaliseAddress } from '../audience/domain/address.js';
import type { Channel } from '../audience/domain/channel.js';
import { SuppressionsService } from '../audience/suppressions.service.js';
import { CampaignContentService } from '../campaigns/campaign-content.service.js';
import { Config } from '../platform/config.js';
import { type FieldError, invalid } from '../platform/errors.js';
import { PreviewService } from './preview.service.js';
import { SingleSender } from './single-sender.js';
import { TestAllowance } from './test-allowance.js';
import type { TestSend, TestSendResponse, TestSendResult } from './test-send.dto.js';

/** Sends campaigns' messages to people who look at them first: outside of every run, ledger and count. */
@Injectable()
export class TestSendService {
  constructor(
    private readonly contents: CampaignContentService,
    private readonly previews: PreviewService,
    private readonly suppressions: SuppressionsService,
    private readonly sender: SingleSender,
    private readonly allowance: TestAllowance,
    private readonly config: Config,
  ) {}

  /**
   * Whatever the provider does is an answer. Throws INVALID_TEST for addresses that are none of the channel, and for
   * suppressed ones, and TEST_QUOTA_USED: then nobody is sent to. Else as a preview.
   */
  async send(campaignId: number, input: TestSend): Promise<TestSendResponse> {
    const { message, provider: named } = await this.contents.of(campaignId, input.variant);
    const { channel } = message;
    const addresses = await this.addressesOf(input.to, channel);
    const reader = await this.previews.readerOf(input);
    const written = await this.previews.write(message, campaignId, reader);
    const subject = written.subject !== null && (input.mark ?? true) ? `[Test] ${written.subject}` : written.subject;
    const provider = this.sender.providerOf(channel, named);
    const at = (await this.allowance.take(addresses.length)).getTime().toString(36);
    await recordAhead();
    const results = await Promise.all(
      addresses.map(async (to, index): Promise<TestSendResult> => {
        const result = await this.sender.send(provider, {
          ...{
            runId: 0,
            contactId: 0,
            writtenFor: reader.contactId,
            attempt: 1,
            to,
            toName: null,
            ...written,
            subject,
          },
          // No run, so no key that evidence could name; yet another one for each message.
          deliveryKey: `test.${campaignId}.${at}.${index}`,
        });
        const { code = null, response = null } = result.outcome === 'sent' ? {} : result;
        const id = result.outcome === 'sent' ? result.providerMessageId : null;
        return { to, outcome: result.outcome, code, response, provider_message_id: id };
      }),
    );
    return { campaign_id: campaignId, channel, provider: provider.name, subject, results };
  }

  /** In normal form. A test is no reason to write to whom nobody may write. */
  private async addressesOf(given: string[], channel: Channel): Promise<string[]> {
    const addresses = given.map((to) => normaliseAddress(to, channel, this.config.DEFAULT_COUNTRY));
    const suppressed = await this.suppressions.suppressedAmong(
      channel,
      addresses.filter((address) => address !== null),
    );
    const errors = addresses.flatMap((address, index): FieldError[] => {
      const pointer = `/to/${index}`;
      if (address === null) return [{ pointer, message: `${given[index]} is no address of the channel ${channel}` }];
      if (!suppressed.has(address)) return [];
      return [{ pointer, code: 'ADDRESS_SUPPRESSED', message: `${address} is suppressed and is not written to` }];
    });
    if (errors.length > 0) throw invalid('INVALID_TEST', errors);
    return addresses as string[];
  }
}
