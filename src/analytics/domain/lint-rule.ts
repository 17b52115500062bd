import type { Channel } from '../../audience/domain/channel.js';
import type { MessageKind } from '../../audience/domain/recipient.js';
import type { FooterPolicy } from '../../campaigns/domain/email-message.js';
import type { Format } from '../../campaigns/domain/content.js';
import type { Occurrence, OverlapPolicy, Schedule } from '../../campaigns/domain/schedule.js';

/** Something about a campaign that is allowed and probably not meant. */
export interface LintWarning {
  /** Stable; for programs. */
  code: string;
  message: string;
  /** JSON pointer into the campaign. */
  pointer: string;
}

/** A campaign and what is known about it, as the rules look at it. */
export interface LintSubject {
  type: 'one_time' | 'recurring';
  /** Whether it is still to run, or goes on running. */
  waiting: boolean;
  channel: Channel;
  kind: MessageKind;
  footer: FooterPolicy;
  subject: string | null;
  message: string;
  format: Format;
  /** Whether clicks are counted. */
  clicks: boolean;
  overlap: OverlapPolicy;
  schedule: Schedule;
  now: Date;
  /** Of a test whose winner is found by numbers: what percent of the audience gets the smallest variant. */
  smallestPercent: number | null;
  /** Its next occurrences. */
  next: Occurrence[];
  audience: { contacts: number; reachable: number };
  /** How long a run takes, as forecast. */
  runMs: number;
  /** How long the run of the occurrence at `at` holds up the next, in milliseconds, as forecast. */
  heldMs(at: Date): number;
  /** The zones by whose clocks recipients are sent to; none where the campaign's own decides. */
  zones: string[];
  sample: LintSample;
}

/** What looking at contacts of the audience showed. */
export interface LintSample {
  /** In how many of them attributes were looked for: in all where there was time. */
  size: number;
  /** Names of attributes that any of them has. */
  attributes: ReadonlySet<string>;
  /** The longest subject as it was rendered; 0 when there is none. */
  longestSubject: number;
  /** The most SMS segments a message came to; 0 for other channels. */
  mostSegments: number;
  /** The character of an SMS that alone makes messages dearer, and what the first of them comes to with and without it. */
  dearBy: { character: string; segments: number; without: number } | null;
  /** Why a message could not be rendered; null when all could. */
  fault: string | null;
}

/** One rule: pure; answers a sentence for each thing it found. */
export interface LintRule {
  code: string;
  pointer: string;
  check(subject: LintSubject): string[];
}

/** A rule that finds one thing or nothing. */
export function when(holds: boolean, message: () => string): string[] {
  return holds ? [message()] : [];
}
