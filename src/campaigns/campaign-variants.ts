import type { Campaign } from './campaign.entity.js';
import { LEADER, type Variant, VARIANT_WORDS, type VariantWords, WAIT, type WinnerPolicy } from './domain/variants.js';
import { htmlOf } from './mjml.js';
import type { CampaignVariantFields, VariantFields, WinnerFields } from './variants.dto.js';

/** What a campaign tries out, with every default filled in. */
export interface VariantsRequest {
  variants: Variant[] | null;
  test_share: number;
  hold_out: number;
  winner: WinnerPolicy | null;
}

/** What a campaign tries out that tries out nothing. */
export const NO_TEST = { variants: null, test_share: 100, hold_out: 0, winner: null } as const;

type GivenFields = Pick<CampaignVariantFields, keyof VariantsRequest>;

/** What a body says about it. */
export function variantsRequestOf({ variants, test_share, hold_out, winner }: GivenFields): VariantsRequest {
  return {
    variants: variants?.map(variantOf) ?? null,
    test_share: test_share ?? NO_TEST.test_share,
    hold_out: hold_out ?? NO_TEST.hold_out,
    winner: winner ? policyOf(winner) : null,
  };
}

/** What a campaign has of it. */
export function presentVariants({ variants, testShare, holdOut, winner }: Campaign): VariantsRequest {
  return variantsRequestOf({ variants, test_share: testShare, hold_out: holdOut, winner });
}

/** Writes it onto a campaign; answers whether that changed what it says. */
export function applyVariants(campaign: Campaign, request: VariantsRequest): boolean {
  const before = JSON.stringify(presentVariants(campaign).variants);
  const { variants, test_share: testShare, hold_out: holdOut, winner } = request;
  Object.assign(campaign, { variants, testShare, holdOut, winner });
  return JSON.stringify(presentVariants(campaign).variants) !== before;
}

/**
 * The variants of a request, each with what its message in MJML is sent as. Made anew only where the campaign has it not
 * already. Throws INVALID_CAMPAIGN.
 */
export async function variantsWithHtml(
  { format: as, variants: present }: Campaign,
  { format, variants }: Pick<Campaign, 'format' | 'variants'>,
): Promise<Variant[] | null> {
  const made: Variant[] = [];
  for (const [index, variant] of (variants ?? []).entries()) {
    const { name, message } = variant;
    const { message: was = null, html: had = null } = present?.find((one) => one.name === name) ?? {};
    const known = { format: as, message: was ?? '', html: had };
    const html = message == null ? null : await htmlOf(known, { format, message }, `/variants/${index}`);
    made.push(html === null ? variant : { ...variant, html });
  }
  return variants ? made : null;
}

/** The API's view of variants. */
export function shownVariants(variants: Variant[] | null | undefined) {
  return variants?.map(({ name, share, ...variant }) => ({ name, share, ...allWords(variant) })) ?? null;
}

/** The words of a variant by their names, null where it has none of its own. */
function allWords(given: VariantWords): Required<VariantWords> {
  const words = VARIANT_WORDS.map((word) => [word, given[word] ?? null] as const);
  return Object.fromEntries(words) as unknown as Required<VariantWords>;
}

function variantOf({ name, share, sender: from, ...given }: VariantFields | Variant): Variant {
  const sender = from ? { name: from.name ?? null, email: from.email } : null;
  const own = Object.entries(allWords({ ...given, sender })).filter(([, value]) => value !== null);
  return { name, share: share ?? null, ...Object.fromEntries(own) };
}

function policyOf({ by, after_minutes, significance, on_undecided }: WinnerFields): WinnerPolicy {
  return {
    by,
    after_minutes: after_minutes ?? null,
    significance: significance ?? 0.95,
    on_undecided: on_undecided ?? (by === 'hand' ? WAIT : LEADER),
  };
}
