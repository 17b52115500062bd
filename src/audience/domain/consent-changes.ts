import { CHANNELS, type Channel } from './channel.js';

/** The status of each channel. */
export type Consents<Status extends string> = Record<Channel, Status>;

/** What a request says about consent. */
export interface SaidConsent<Status extends string> extends Partial<Consents<Status>> {
  source?: string;
  text_version?: string;
}

/**
 * What of this is worth a line in the history: a status that is another than before, or any that comes with its source or
 * its text. `before` is null for a new contact, of which every word is new.
 */
export function newlySaid<Status extends string>(
  said: SaidConsent<Status> | undefined,
  before: Consents<Status> | null,
): { channel: Channel; status: Status }[] {
  const evidenced = said?.source !== undefined || said?.text_version !== undefined;
  return CHANNELS.flatMap((channel) => {
    const status = said?.[channel];
    return status !== undefined && (evidenced || status !== before?.[channel]) ? [{ channel, status }] : [];
  });
}

/**
 * What is heeded of a request or a row: where a person's own last word on a channel is that it opted out, nobody else
 * subscribes it; the channel is then not said anything of.
 */
export function heeded<Said extends SaidConsent<string>>(
  said: Said | undefined,
  optedOut: readonly Channel[],
): Said | undefined {
  const ignored = optedOut.filter((channel) => said?.[channel] === 'subscribed');
  if (!said || ignored.length === 0) return said;
  const rest = { ...said };
  for (const channel of ignored) delete rest[channel];
  return rest;
}
