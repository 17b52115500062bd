import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import type { Channel } from '../audience/domain/channel.js';
import type { SendHours, SendWindow } from '../campaigns/domain/send-window.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import type { Limits } from './domain/rate-limit.js';
import { cappedContacts } from './frequency-cap.queries.js';
import { ProviderGate } from './provider-gate.js';
import { SendingRules } from './sending-rules.js';

/** What holds messages of a channel back: what its provider may be asked for, and what contacts may get. */
@Injectable()
export class SendingLimitsService {
  constructor(
    private readonly gate: ProviderGate,
    private readonly providers: ProviderRegistry,
    private readonly rules: SendingRules,
  ) {}

  /** What the account that is meant by a name, or by none, may be asked for. */
  limitsOf(channel: Channel, name: string | null): Limits {
    return this.gate.limitsOf({ channel, name: name ?? this.providers.for(channel).name });
  }

  /** The hours in which messages of a channel may leave; null where any hour will do. */
  hoursOf(channel: Channel, window: SendWindow | null): SendHours | null {
    return this.rules.hoursOf(channel, window);
  }

  /**
   * The contacts who by what they have had until now may get no more at a moment, as a relation with the column `contact_id`;
   * null without a cap.
   */
  cappedOn(channel: Channel, at: Date): RawBuilder<unknown> | null {
    const caps = this.rules.capsOf(channel);
    return caps.length === 0 ? null : cappedContacts(channel, caps, sql<Date>`${at}::timestamptz`);
  }
}
