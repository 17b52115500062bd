import { Injectable } from '@nestjs/common';
import type { SentMessage } from '../campaigns/domain/email-message.js';
import { PIXEL, TRAP } from '../campaigns/domain/link-numbers.js';
import { linkVariable, withLinks, withPixel, withTrap } from '../campaigns/domain/tracked-content.js';
import { trackingOf } from '../campaigns/domain/tracking.js';
import { LinksService } from '../campaigns/links.service.js';
import type { Run } from '../campaigns/run.entity.js';
import { Config } from '../platform/config.js';
import { leadsBack } from '../platform/mail-reach.js';
import { publicUrl } from '../platform/public-url.js';
import { TrackingTokens } from '../platform/tracking-token.js';

/** A run's message as it is counted. */
export interface TrackedTemplate {
  message: string;
  /** What its template speaks of as `tracked`, for one recipient. */
  linksFor(contactId: number): Record<string, string>;
}

/** What of a run's messages leads back here: the pixel, and the links. */
@Injectable()
export class RunTracking {
  constructor(
    private readonly links: LinksService,
    private readonly tokens: TrackingTokens,
    private readonly config: Config,
  ) {}

  /** A message of the run, its own or a variant's. Null where nothing of it is counted; also where its recipients could not reach this installation. */
  async of(run: Run, { message: written, format }: SentMessage): Promise<TrackedTemplate | null> {
    const { opens, clicks } = trackingOf(run);
    if (!opens && !clicks) return null;
    if (!leadsBack(this.config)) return null;
    const numbers = clicks ? await this.links.number(run, { message: written, format }) : new Map<string, number>();
    const message = withLinks(written, format, numbers);
    const links = [...numbers.values()].map((number) => [linkVariable(number), number] as const);
    if (format === 'text') return links.length === 0 ? null : this.template(run, message, links);
    const trapped = links.length > 0 ? withTrap(message) : message;
    const trap = links.length > 0 ? [['trap', TRAP] as const] : [];
    const pixel = opens ? [['pixel', PIXEL] as const] : [];
    return this.template(run, opens ? withPixel(trapped) : trapped, [...pixel, ...trap, ...links]);
  }

  private template(run: Run, message: string, hits: readonly (readonly [string, number])[]): TrackedTemplate {
    const base = publicUrl(this.config);
    const numbers = hits.map(([, number]) => number);
    const frames = hits.map(([name, number]) =>
      number === PIXEL ? { name, before: `${base}/o/`, after: '.gif' } : { name, before: `${base}/c/`, after: '' },
    );
    return {
      message,
      linksFor: (contactId) => {
        const tokens = this.tokens.of({ runId: run.id, contactId, openedAt: run.openedAt }, numbers);
        const urls: Record<string, string> = {};
        for (const [index, { name, before, after }] of frames.entries()) urls[name] = before + tokens[index] + after;
        return urls;
      },
    };
  }
}
