import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import type { SentMessage } from '../campaigns/domain/email-message.js';
import { FIRST_LINK } from '../campaigns/domain/link-numbers.js';
import { linkVariable, targetsOf, withLinks } from '../campaigns/domain/tracked-content.js';
import type { Tracking } from '../campaigns/domain/tracking.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { leadsBack } from '../platform/mail-reach.js';
import { publicUrl } from '../platform/public-url.js';
import { tokenLength } from '../platform/tracking-token.js';
import { nextMessage } from './inert-tracking.queries.js';
import type { TrackedTemplate } from './run-tracking.js';

/** Counted links before there is a run: as long as those that are sent, and they lead nowhere and count nothing. */
@Injectable()
export class InertTrackingService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** An SMS as long as it is sent, where its clicks are counted; null for all else, whose links shall lead where they will. */
  async of({ message, format }: SentMessage, channel: Channel, { clicks }: Tracking): Promise<TrackedTemplate | null> {
    if (channel !== 'sms' || !clicks || !leadsBack(this.config)) return null;
    const targets = targetsOf(message, format);
    if (targets.length === 0) return null;
    const next = await nextMessage(this.em.getKysely());
    const openedAt = this.clock.now();
    const numbers = new Map(targets.map((target, index) => [target, FIRST_LINK + index]));
    const base = `${publicUrl(this.config)}/c/`;
    return {
      message: withLinks(message, format, numbers),
      linksFor: (contactId) => {
        const sent = { runId: next.runId, contactId: contactId || next.contactId, openedAt };
        const urlOf = (number: number) => base + 'preview'.padEnd(tokenLength(sent, number), '-');
        return Object.fromEntries([...numbers.values()].map((number) => [linkVariable(number), urlOf(number)]));
      },
    };
  }
}
