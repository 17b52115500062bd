import { trackingOf } from '../../../campaigns/domain/tracking.js';
import { FEWEST_VARIANTS, LEADER, WAIT, type WinnerMeasure } from '../../../campaigns/domain/variants.js';
import type { Campaign } from '../api/types.js';
import { contentFields, type DraftContent, isHtml, senderOf, written } from './draft-content.js';

/** A variant as it is being written: what is empty is as the campaign says it. */
export interface DraftVariant {
  name: string;
  /** Percent of those who take part; null where all have the same. */
  share: number | null;
  subject: string;
  preheader: string;
  message: string;
  text: string;
  url: string;
  icon: string;
  reply_to: string;
  sender_name: string;
  sender_email: string;
}

/** What a campaign tries out on part of its audience. */
export interface DraftTest {
  /** Two to five, or none. */
  variants: DraftVariant[];
  test_share: number;
  hold_out: number;
  winner_by: WinnerMeasure;
  /** Null where people alone decide. */
  winner_after: number | null;
  significance: number;
  on_undecided: string;
}

/** No test; what one begins with when variants are added. */
export const NO_TEST: DraftTest = {
  variants: [],
  test_share: 100,
  hold_out: 0,
  winner_by: 'clicks',
  winner_after: 240,
  significance: 0.95,
  on_undecided: LEADER,
};

/** A variant that says nothing of its own yet, under the first letter that is free. */
export function newVariant(among: DraftVariant[]): DraftVariant {
  const name = ['A', 'B', 'C', 'D', 'E'].find((letter) => among.every((one) => one.name !== letter)) ?? '';
  const share = among.some((one) => one.share !== null) ? 1 : null;
  return {
    name,
    share,
    subject: '',
    preheader: '',
    message: '',
    text: '',
    url: '',
    icon: '',
    reply_to: '',
    sender_name: '',
    sender_email: '',
  };
}

/** What a test begins as: as many variants as it has at least, and people who decide where no clicks are counted. */
export function firstTest(content: DraftContent): DraftTest {
  const variants: DraftVariant[] = [];
  while (variants.length < FEWEST_VARIANTS) variants.push(newVariant(variants));
  const counted = trackingOf({ ...content, tracking: { opens: null, clicks: content.clicks, utm: null } }).clicks;
  return { ...NO_TEST, variants, ...(!counted && { winner_by: 'hand', on_undecided: WAIT }) };
}

/** What a campaign that is there tries out. */
export function testOf({ variants, test_share, hold_out, winner }: Campaign): DraftTest {
  return {
    ...NO_TEST,
    variants: (variants ?? []).map((variant) => ({
      name: variant.name,
      share: variant.share,
      subject: variant.subject ?? '',
      preheader: variant.preheader ?? '',
      message: variant.message ?? '',
      text: variant.text ?? '',
      url: variant.url ?? '',
      icon: variant.icon ?? '',
      reply_to: variant.reply_to ?? '',
      sender_name: variant.sender?.name ?? '',
      sender_email: variant.sender?.email ?? '',
    })),
    test_share,
    hold_out,
    ...(winner && {
      winner_by: winner.by,
      winner_after: winner.after_minutes,
      significance: winner.significance,
      on_undecided: winner.on_undecided,
    }),
  };
}

/** Percent of the audience that waits for the winner. */
export const waitingShare = ({ test_share, hold_out }: DraftTest): number => Math.max(0, 100 - test_share - hold_out);

/** Whether the engine decides at some time: people alone do only where they choose by hand and are waited for. */
export const decidesByClock = ({ winner_by, on_undecided }: DraftTest): boolean =>
  winner_by !== 'hand' || on_undecided !== WAIT;

function variantFields(variant: DraftVariant, draft: DraftContent) {
  const [email, html, push] = [draft.channel === 'email', isHtml(draft), draft.channel === 'push'];
  return {
    name: variant.name,
    share: variant.share,
    subject: draft.channel === 'sms' ? null : written(variant.subject),
    message: written(variant.message),
    preheader: html ? written(variant.preheader) : null,
    text: html ? written(variant.text) : null,
    reply_to: email ? written(variant.reply_to) : null,
    sender: email ? senderOf(variant) : null,
    url: push ? written(variant.url) : null,
    icon: push ? written(variant.icon) : null,
  };
}

/** The test's part of a request; without variants there is none. */
export function testFields(draft: DraftTest & DraftContent) {
  if (draft.variants.length === 0) return { variants: null, test_share: 100, hold_out: 0, winner: null };
  const { test_share, hold_out, significance, on_undecided } = draft;
  const after_minutes = decidesByClock(draft) ? draft.winner_after : null;
  return {
    variants: draft.variants.map((variant) => variantFields(variant, draft)),
    test_share,
    hold_out,
    winner: waitingShare(draft) > 0 ? { by: draft.winner_by, after_minutes, significance, on_undecided } : null,
  };
}

/** What is previewed: the campaign's message, or that of the variant at this place. */
export function previewFields(draft: DraftTest & DraftContent, variant: number | null) {
  const content = contentFields(draft);
  const one = variant === null ? undefined : draft.variants[variant];
  if (!one) return content;
  const { name: _, share: __, ...words } = variantFields(one, draft);
  return { ...content, ...Object.fromEntries(Object.entries(words).filter(([, word]) => word !== null)) };
}
