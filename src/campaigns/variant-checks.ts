import type { Config } from '../platform/config.js';
import type { FieldError } from '../platform/errors.js';
import type { Campaign } from './campaign.entity.js';
import type { CampaignRequest } from './campaign-plan.js';
import { trackingOf } from './domain/tracking.js';
import { LEADER, type Variant, VARIANT_WORDS, WAIT } from './domain/variants.js';
import { sendingErrors } from './message-checks.js';

/** What is wrong with what a request tries out; `inMessage` tells what is wrong with one message. */
export function variantErrors(
  request: CampaignRequest,
  inMessage: (request: CampaignRequest) => FieldError[],
): FieldError[] {
  const { variants } = request;
  if (variants === null) return withoutVariants(request);
  const known = inMessage(request);
  return [
    ...nameErrors(variants),
    ...shareErrors(request, variants),
    ...winnerErrors(request, variants),
    ...variants.flatMap((variant, index) => [
      ...textErrors(request, variant, index),
      ...ownErrors(variant, index, known, inMessage({ ...request, ...ownWords(variant) })),
    ]),
  ];
}

/** What keeps a campaign from being sent, in its own message and in those of its variants. */
export function everySendingError(campaign: Campaign, config: Config): FieldError[] {
  const known = sendingErrors(campaign, config);
  const { kind, footer, channel, format, variants } = campaign;
  const inVariants = (variants ?? []).flatMap((variant, index) => {
    const { message, html } = variant.message == null ? campaign : { message: variant.message, html: variant.html };
    const written = { kind, footer, channel, format, message, html, text: variant.text ?? campaign.text };
    return ownErrors(variant, index, known, sendingErrors(written, config));
  });
  return [...known, ...inVariants];
}

function withoutVariants({ test_share, hold_out, winner }: CampaignRequest): FieldError[] {
  const given = { test_share: test_share !== 100, hold_out: hold_out !== 0, winner: winner !== null };
  return Object.entries(given)
    .filter(([, wrong]) => wrong)
    .map(([field]) => ({ pointer: `/${field}`, message: `${field} needs variants` }));
}

function nameErrors(variants: Variant[]): FieldError[] {
  const seen = new Set<string>([LEADER, WAIT]);
  return variants.flatMap(({ name }, index) => {
    const taken = seen.has(name);
    seen.add(name);
    if (!taken) return [];
    return [
      { pointer: `/variants/${index}/name`, message: `"${name}" cannot be the name of this variant: it is taken` },
    ];
  });
}

function shareErrors({ test_share, hold_out }: CampaignRequest, variants: Variant[]): FieldError[] {
  const shares = variants.flatMap(({ share }) => share ?? []);
  const sum = shares.reduce((total, share) => total + share, 0);
  const errors: FieldError[] = [];
  if (shares.length > 0 && (shares.length < variants.length || sum !== 100))
    errors.push({
      pointer: '/variants',
      message: 'give no variant a share, or each one so that together they are 100',
    });
  if (test_share + hold_out > 100)
    errors.push({ pointer: '/hold_out', message: 'test_share and hold_out are more than 100 together' });
  return errors;
}

function winnerErrors(request: CampaignRequest, variants: Variant[]): FieldError[] {
  const { winner, test_share, hold_out } = request;
  const waiting = 100 - test_share - hold_out;
  const wrong = (field: string, message: string) => [{ pointer: `/winner${field}`, message }];
  if (winner === null)
    return waiting <= 0
      ? []
      : wrong('', `${waiting} percent of the audience would wait for a winner: say how it is found`);
  if (waiting <= 0) return wrong('', 'winner needs a test_share that leaves some who wait for it');
  const { by, after_minutes: after, on_undecided: undecided } = winner;
  const tracking = trackingOf(request);
  const errors: FieldError[] = [];
  if (by !== 'hand' && !tracking[by])
    errors.push(...wrong('/by', `a winner by ${by} needs tracking.${by}, which this campaign does not have`));
  if (by !== 'hand' && after === null) errors.push(...wrong('/after_minutes', `a winner by ${by} needs after_minutes`));
  const named = variants.some(({ name }) => name === undecided);
  if (!named && undecided !== WAIT && (undecided !== LEADER || by === 'hand'))
    errors.push(
      ...wrong(
        '/on_undecided',
        `on_undecided must be ${by === 'hand' ? '' : '"leader", '}"wait" or the name of a variant`,
      ),
    );
  if (by === 'hand' && after === null && undecided !== WAIT)
    errors.push(...wrong('/after_minutes', 'unless people are waited for, after_minutes must say when it is too late'));
  return errors;
}

/** A text that says something else than the HTML beside it is never meant. */
function textErrors({ text }: CampaignRequest, variant: Variant, index: number): FieldError[] {
  if (text === null || variant.message == null || variant.text != null) return [];
  const message = 'this variant has a message of its own, so the text of the campaign does not fit: give its text, too';
  return [{ pointer: `/variants/${index}/text`, message }];
}

const ownWords = (variant: Variant) =>
  Object.fromEntries(VARIANT_WORDS.flatMap((word) => (variant[word] == null ? [] : [[word, variant[word]]])));

/** What is wrong with a variant's own words, or because of them, and where in it. */
function ownErrors(variant: Variant, index: number, known: FieldError[], found: FieldError[]): FieldError[] {
  const keyOf = ({ pointer, message }: FieldError) => `${pointer} ${message}`;
  const before = new Set(known.map(keyOf));
  const own = Object.keys(ownWords(variant));
  return found.flatMap((error) => {
    const { pointer } = error;
    if (own.includes(pointer.split('/')[1]!)) return [{ ...error, pointer: `/variants/${index}${pointer}` }];
    return before.has(keyOf(error)) ? [] : [{ ...error, pointer: `/variants/${index}` }];
  });
}
