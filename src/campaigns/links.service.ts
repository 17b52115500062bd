import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import type { SentMessage } from './domain/email-message.js';
import { FIRST_LINK } from './domain/link-numbers.js';
import { targetsOf } from './domain/tracked-content.js';
import { trackingOf, type Utm } from './domain/tracking.js';
import { Link } from './link.entity.js';
import { linksOf, numberTargets } from './links.queries.js';
import { Run } from './run.entity.js';

/** What the links of a run's messages lead to. */
export interface RunLinks {
  /** Targets by their number. */
  targets: ReadonlyMap<number, string>;
  utm: Utm | null;
}

/** The links of stored messages, numbered once for each content version. */
@Injectable()
export class LinksService {
  constructor(private readonly em: EntityManager) {}

  /** The numbers of the links in a message of a run, by target; those that have none yet get theirs. */
  async number(run: Run, { message, format }: SentMessage): Promise<Map<string, number>> {
    const targets = targetsOf(message, format);
    if (targets.length === 0) return new Map();
    const version = { campaignId: run.campaign, contentVersion: run.contentVersion };
    const present = () => linksOf(this.em.getKysely(), run.campaign, run.contentVersion);
    let links = await present();
    const known = new Set(links.map(({ target }) => target));
    if (targets.some((target) => !known.has(target))) {
      await this.em.fork().transactional((em) => numberTargets(em.getKysely(), version, targets, FIRST_LINK));
      links = await present();
    }
    return new Map(links.map(({ number, target }) => [target, number]));
  }

  /** Where the links of a run lead; null for a run that is not there. */
  async ofRun(runId: number): Promise<RunLinks | null> {
    const run = await this.em.fork().findOne(Run, { id: runId });
    if (!run) return null;
    const links = await linksOf(this.em.getKysely(), run.campaign, run.contentVersion);
    return { targets: new Map(links.map(({ number, target }) => [number, target])), utm: trackingOf(run).utm };
  }

  /** The links of all content versions of a campaign, in the order they were numbered. */
  async list(campaignId: number, query: PageQuery): Promise<Page<Link>> {
    const found = await this.em
      .fork()
      .find(
        Link,
        { campaignId, id: { $gt: decodeCursor(query.cursor) ?? 0 } },
        { orderBy: { id: 'asc' }, limit: query.limit + 1 },
      );
    return Page.cut(found, query.limit, ({ id }) => id);
  }
}
