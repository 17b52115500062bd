import type { Channel } from '../../audience/domain/channel.js';
import type { Outcome } from './outcome.js';

/** What a provider may say about a message after the fact: that it took it, or that it did not. */
export const VERDICTS = ['accepted', 'refused'] as const;
export type EvidenceVerdict = (typeof VERDICTS)[number];

/**
 * Who brings evidence, and of what it may speak: an account, of messages that it may have carried; a channel's inlet, of all
 * of that channel.
 */
export type EvidenceSource = { account: string } | { channel: Channel };

/**
 * The ends that evidence may change. What the provider accepted is `sent`, whatever we thought: left as `failed`, it would
 * be sent a second time by the next retry. A refusal settles a doubt and nothing more: what was accepted and comes back
 * later bounced, which is an engagement and no outcome, and `sent` never goes back.
 */
export const CORRECTS: Record<EvidenceVerdict, Outcome[]> = {
  accepted: ['in_doubt', 'failed', 'skipped'],
  refused: ['in_doubt'],
};
