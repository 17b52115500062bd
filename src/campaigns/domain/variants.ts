import type { EmailSender } from './email-message.js';
import type { RunMessage } from './run-message.js';

/** How many variants a test may have. */
export const FEWEST_VARIANTS = 2;
export const MOST_VARIANTS = 5;

/** What a variant may say otherwise than its campaign. */
export interface VariantWords {
  subject?: string | null;
  message?: string | null;
  preheader?: string | null;
  text?: string | null;
  reply_to?: string | null;
  sender?: EmailSender | null;
  url?: string | null;
  icon?: string | null;
}

export const VARIANT_WORDS = [
  ...(['subject', 'message', 'preheader', 'text', 'reply_to', 'sender', 'url', 'icon'] as const),
] as const satisfies readonly (keyof VariantWords)[];

/** One of the messages that are compared; what it does not say, its campaign says. Its number is its place, from 1. */
export interface Variant extends VariantWords {
  name: string;
  /** Percent of those who take part; null where all variants have the same. */
  share: number | null;
  /** What its own message in MJML came to when it was saved. */
  html?: string | null;
}

/** What a winner may be found by. */
export const WINNER_MEASURES = ['clicks', 'opens', 'hand'] as const;
export type WinnerMeasure = (typeof WINNER_MEASURES)[number];

/** What happens where no variant is surely better, besides naming one of them. */
export const LEADER = 'leader';
export const WAIT = 'wait';

/** How those who wait get the message of one variant. */
export interface WinnerPolicy {
  by: WinnerMeasure;
  /** How long after the run opened the engine decides; null where people alone do. */
  after_minutes: number | null;
  /** How sure it must be that a variant is better than the next: 0.95 errs in one test of twenty. */
  significance: number;
  /** `leader`, `wait` or the name of a variant. */
  on_undecided: string;
}

/** How an audience is parted: who takes part in the test, who gets nothing; the others wait for the winner. In percent. */
export interface AudienceParts {
  variants: readonly Variant[];
  testShare: number;
  holdOut: number;
}

/** A message as a variant says it; as it stands for none. */
export function messageOfVariant(written: RunMessage, variant: Variant | undefined): RunMessage {
  if (!variant) return written;
  const { message, html, subject, preheader, text, reply_to: replyTo, sender, url, icon } = variant;
  return {
    ...written,
    message: html ?? message ?? written.message,
    subject: subject ?? written.subject,
    preheader: preheader ?? written.preheader,
    text: text ?? written.text,
    replyTo: replyTo ?? written.replyTo,
    sender: sender ?? written.sender,
    url: url ?? written.url,
    icon: icon ?? written.icon,
  };
}

/** The share of a variant in percent of those who take part. */
export const shareOf = ({ share }: Variant, among: number): number => share ?? 100 / among;
