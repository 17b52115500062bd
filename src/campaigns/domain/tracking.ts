import type { Channel } from '../../audience/domain/channel.js';
import type { CampaignFormat } from './email-message.js';

/** What is added to the address that a click leads to, for who counts visits there. */
export const UTM_NAMES = ['source', 'medium', 'campaign', 'content'] as const;
export type Utm = Partial<Record<(typeof UTM_NAMES)[number], string | null>>;

/** What a campaign says about tracking; what it leaves out has its default. */
export interface TrackingWish {
  opens: boolean | null;
  clicks: boolean | null;
  utm: Utm | null;
}

/** What is counted of the messages of a campaign. */
export interface Tracking {
  opens: boolean;
  clicks: boolean;
  utm: Utm | null;
}

/** A wish in its one spelling; null for one that leaves everything to the defaults. */
export function wishOf(given: Partial<TrackingWish> | null): TrackingWish | null {
  const named = UTM_NAMES.flatMap((name) => (given?.utm?.[name] == null ? [] : [[name, given.utm[name]] as const]));
  const utm = named.length > 0 ? Object.fromEntries(named) : null;
  const wish = { opens: given?.opens ?? null, clicks: given?.clicks ?? null, utm };
  return wish.opens === null && wish.clicks === null && utm === null ? null : wish;
}

/** Opens and clicks of an email in HTML are counted unless it says otherwise; a text keeps its links, which are shorter. */
export function trackingOf(written: {
  channel: Channel;
  format: CampaignFormat;
  tracking?: TrackingWish | null;
}): Tracking {
  const { channel, format, tracking } = written;
  const html = channel === 'email' && format !== 'text';
  return { opens: html && (tracking?.opens ?? true), clicks: tracking?.clicks ?? html, utm: tracking?.utm ?? null };
}

/** The address with what it has not yet of these; what is there stays as it is. */
export function withUtm(url: URL, utm: Utm | null): URL {
  const extended = new URL(url);
  const lacking = UTM_NAMES.filter((name) => utm?.[name] != null && !url.searchParams.has(`utm_${name}`));
  const added = lacking.map((name) => `utm_${name}=${encodeURIComponent(utm![name]!)}`).join('&');
  if (added !== '') extended.search = url.search === '' ? added : `${url.search}&${added}`;
  return extended;
}
