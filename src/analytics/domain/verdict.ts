import { FIRST_LINK, PIXEL, TRAP } from '../../campaigns/domain/link-numbers.js';
import { agentKindOf } from './user-agent.js';

export const VERDICTS = ['human', 'machine'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * Why a hit counts as a machine's (`apple_mpp` by its user agent, `apple_relay` by where it came from), or with `image_proxy` as a person's whose place and program are not known: the mail
 * service fetched the image for somebody who opened the message.
 */
export const REASONS = [
  'prefetch',
  'trap',
  'burst',
  'apple_mpp',
  'apple_relay',
  'gmail_prefetch',
  'no_user_agent',
  'bot',
  'too_soon',
  'image_proxy',
] as const;
export type Reason = (typeof REASONS)[number];

/** What a hit is taken for, and why; a person's needs no reason. */
export interface Judgement {
  verdict: Verdict;
  reason: Reason | null;
}

/** One request for something of a message. */
export interface SeenHit {
  /** Which link, PIXEL, or TRAP. */
  number: number;
  at: Date;
  /** Null where it was erased: then `kept` stands. */
  userAgent: string | null;
  /** Whether the request said that nobody had asked for it yet. */
  prefetch: boolean;
  /** Whether it came by one of Apple's relays. */
  relayed: boolean;
  kept: Judgement | null;
}

/** Nobody has read a message so soon after the provider took it. */
const TOO_SOON_MS = 5_000;
/** Nobody follows two links of a message within this time. */
const BURST_MS = 1_000;
/** And nobody all of them within this, where there are several. */
const ALL_LINKS_MS = 10_000;
/** A program that gave itself away had looked at the message before. */
const REACH_BACK_MS = 60_000;

/**
 * What each hit of one message is taken for, from all of them together: the same hits come to the same, in whatever order
 * they were heard of. `acceptedAt` is when the provider took the message; null while that is not recorded, which is within
 * moments of it. `links` is how many links the message has that are counted. A burst and a trap also speak against what was hit before them, and against nothing after: scanners look
 * before people do.
 */
export function judge(hits: readonly SeenHit[], acceptedAt: Date | null, links: number): Judgement[] {
  const betrayals = betrayalsIn(hits, links);
  return hits.map((hit) => {
    if (hit.userAgent === null && hit.kept) return hit.kept;
    const reason = reasonOf(hit, acceptedAt, betrayals);
    return { verdict: reason === null || reason === 'image_proxy' ? 'human' : 'machine', reason };
  });
}

/** A moment at which a program gave itself away, and how. */
interface Betrayal {
  at: number;
  how: 'trap' | 'burst';
}

function betrayalsIn(hits: readonly SeenHit[], links: number): Betrayal[] {
  const sorted = hits.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const recent = new RecentLinks(sorted);
  return sorted.flatMap((hit, index): Betrayal[] => {
    const at = hit.at.getTime();
    if (hit.number === TRAP) return [{ at, how: 'trap' }];
    if (hit.number < FIRST_LINK) return [];
    if (recent.upTo(index) >= Math.max(links, 2)) return recent.told(at);
    for (let before = index - 1; before >= 0 && at - sorted[before]!.at.getTime() < BURST_MS; before -= 1) {
      const { number } = sorted[before]!;
      if (number >= FIRST_LINK && number !== hit.number) return recent.told(at);
    }
    return [];
  });
}

/** How many different links were followed in the time in which nobody follows all of them, since the last burst. */
class RecentLinks {
  private readonly times = new Map<number, number>();
  private from = 0;
  private to = 0;
  private toldAt = -Infinity;

  /** `hits`: in the order of time. */
  constructor(private readonly hits: readonly SeenHit[]) {}

  /** Of the hits up to this one; asked of later and later ones. */
  upTo(index: number): number {
    for (; this.to <= index; this.to += 1) this.count(this.hits[this.to]!, 1);
    const since = Math.max(this.hits[index]!.at.getTime() - ALL_LINKS_MS, this.toldAt);
    for (; this.from < this.to && this.hits[this.from]!.at.getTime() <= since; this.from += 1)
      this.count(this.hits[this.from]!, -1);
    return this.times.size;
  }

  /** That they were a burst: what a person follows afterwards does not go with them. */
  told(at: number): Betrayal[] {
    this.toldAt = at;
    return [{ at, how: 'burst' }];
  }

  private count({ number }: SeenHit, by: number): void {
    if (number < FIRST_LINK) return;
    const times = (this.times.get(number) ?? 0) + by;
    if (times > 0) this.times.set(number, times);
    else this.times.delete(number);
  }
}

function reasonOf(hit: SeenHit, acceptedAt: Date | null, betrayals: readonly Betrayal[]): Reason | null {
  const at = hit.at.getTime();
  if (hit.prefetch) return 'prefetch';
  const against = betrayals.filter((betrayal) => betrayal.at >= at && betrayal.at - at <= REACH_BACK_MS);
  const how = (['trap', 'burst'] as const).find((each) => against.some((betrayal) => betrayal.how === each));
  if (how !== undefined) return how;
  const kind = agentKindOf(hit.userAgent ?? '');
  if (kind !== 'program' && kind !== 'image_proxy') return kind;
  // By the same relays people browse: a link is followed by somebody.
  if (hit.relayed && hit.number === PIXEL) return 'apple_relay';
  if (acceptedAt === null || at - acceptedAt.getTime() < TOO_SOON_MS) return 'too_soon';
  return kind === 'image_proxy' ? kind : null;
}

/** Whether a hit counts as an open: of the pixel, or of a link, which nobody follows without having opened the message. */
export const opens = ({ number }: { number: number }): boolean => number === PIXEL || number >= FIRST_LINK;

/** Whether a hit counts as a click. */
export const clicks = ({ number }: { number: number }): boolean => number >= FIRST_LINK;
