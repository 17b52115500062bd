import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { SuppressionsService } from '../audience/suppressions.service.js';
import { Config } from '../platform/config.js';
import type { ReportKind } from './domain/report.js';
import { noteAddresses, softBounced, streaksOf } from './report.queries.js';

/** A report about a recipient. */
export interface RecipientReport {
  id: number;
  kind: ReportKind;
  contactId: number;
  channel: Channel;
}

/** What counts: a bounce for the moment, and what shows that the mailbox takes messages. */
const COUNTED: readonly ReportKind[] = ['soft_bounced', 'delivered', 'opened'];

/**
 * Suppresses addresses that bounce for the moment again and again, and takes it back when a message arrives after all. What
 * decides is what happened in which order, never in which order it was told.
 */
@Injectable()
export class SoftBounces {
  constructor(
    private readonly em: EntityManager,
    private readonly suppressions: SuppressionsService,
    private readonly config: Config,
  ) {}

  /** Looks at the addresses that these reports are about; they are kept already. */
  async heed(reports: readonly RecipientReport[]): Promise<void> {
    const counted = reports.filter(({ kind }) => COUNTED.includes(kind));
    if (counted.length === 0) return;
    const addresses = new Map(
      (await this.suppressions.addressesOf(counted)).map((address) => [recipientOf(address), address]),
    );
    const arrived = counted.flatMap((report) => {
      const address = addresses.get(recipientOf(report));
      return address ? [{ id: report.id, hash: address.hash }] : [];
    });
    const db = this.em.getKysely();
    await noteAddresses(db, arrived);
    const contactIds = [...addresses.values()].map(({ contactId }) => contactId);
    const known = new Set(await softBounced(db, contactIds));
    const doubtful = [...addresses.values()].filter(({ contactId }) => known.has(contactId));
    if (doubtful.length === 0) return;
    await this.suppressions.reconsider('soft_bounce', async (em) => {
      const streaks = await streaksOf(em.getKysely(), doubtful);
      const over = new Set(streaks.filter((streak) => this.isOver(streak)).map(({ hash }) => hash.toString('hex')));
      const [on, off] = [true, false].map((is) => doubtful.filter(({ hash }) => over.has(hash.toString('hex')) === is));
      return { on: on!, off: off! };
    });
  }

  private isOver({ bounces, days }: { bounces: number; days: number }): boolean {
    const { SOFT_BOUNCE_LIMIT: limit, SOFT_BOUNCE_DAYS: patience } = this.config;
    return limit > 0 && bounces >= limit && days >= patience;
  }
}

const recipientOf = ({ contactId, channel }: Pick<RecipientReport, 'contactId' | 'channel'>): string =>
  `${contactId} ${channel}`;
