import { invalid } from '../platform/errors.js';
import type { Campaign } from './campaign.entity.js';
import type { CampaignRequest } from './campaign-plan.js';
import { lostLiquid, markLiquid } from './domain/mjml-liquid.js';

/** As much of the package `mjml` as is used; it is not one of ours, whoever writes MJML installs it. */
type MjmlToHtml = (
  mjml: string,
  options: { validationLevel: 'soft'; ignoreIncludes: true; fonts: object },
) => Promise<{ html: string; errors: { line: number; message: string }[] }>;

/** An include would read files of this machine, and fonts would be loaded from somebody else's. */
const OPTIONS = { validationLevel: 'soft', ignoreIncludes: true, fonts: {} } as const;

/** Named where no compiler and no bundler looks for it. */
const PACKAGE = 'mjml';

/**
 * What the message of a request is sent as where it is written in MJML; null for any other. It is made anew only where the
 * campaign has it not already. Throws INVALID_CAMPAIGN where it is no MJML, where MJML would drop some of its Liquid, or the
 * package is not installed; `at` is where the message stands in the request.
 */
export async function htmlOf(
  { format, message, html }: Pick<Campaign, 'format' | 'message' | 'html'>,
  request: Pick<CampaignRequest, 'format' | 'message'>,
  at = '',
): Promise<string | null> {
  if (request.format !== 'mjml') return null;
  if (format === 'mjml' && message === request.message && html) return html;
  const toHtml = await load();
  if (!toHtml) throw refused('/format', 'format "mjml" needs a package that is not installed here: npm install mjml');
  try {
    const made = await toHtml(request.message, OPTIONS);
    const [error] = made.errors;
    if (error) throw new Error(`line ${error.line}: ${error.message}`);
    await keepLiquid(request.message, made.html, toHtml);
    return made.html;
  } catch (error) {
    throw refused(`${at}/message`, `${(error as Error).message} (MJML)`);
  }
}

/**
 * MJML drops what stands between its elements without a word: somebody's `{% if %}` would go, and what it kept from others be
 * sent to all of them.
 */
async function keepLiquid(message: string, html: string, toHtml: MjmlToHtml): Promise<void> {
  const { marked, pieces } = markLiquid(message);
  if (pieces.length === 0) return;
  const lost = lostLiquid(pieces, { html, marked: (await toHtml(marked, OPTIONS)).html });
  if (lost)
    throw new Error(`line ${lost.line}, column ${lost.column}: ${lost.text} would be lost here: put it into mj-raw`);
}

const refused = (pointer: string, message: string) => invalid('INVALID_CAMPAIGN', [{ pointer, message }]);

async function load(): Promise<MjmlToHtml | null> {
  try {
    return ((await import(PACKAGE)) as { default: MjmlToHtml }).default;
  } catch (error) {
    if (!/MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return null;
  }
}
