import { invalid } from '../platform/errors.js';
import type { Campaign } from './campaign.entity.js';
import type { CampaignRequest } from './campaign-plan.js';

/** As much of the package `mjml` as is used; it is not one of ours, whoever writes MJML installs it. */
type MjmlToHtml = (
  mjml: string,
  options: { validationLevel: 'soft'; ignoreIncludes: true; fonts: object },
) => Promise<{ html: string; errors: { line: number; message: string }[] }>;

/** Named where no compiler and no bundler looks for it. */
const PACKAGE = 'mjml';

/**
 * What the message of a request is sent as where it is written in MJML; null for any other. It is made anew only where the
 * campaign has it not already. Throws INVALID_CAMPAIGN where it is no MJML, or the package is not installed; `at` is where
 * the message stands in the request.
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
    // An include would read files of this machine, and fonts would be loaded from somebody else's.
    const made = await toHtml(request.message, { validationLevel: 'soft', ignoreIncludes: true, fonts: {} });
    const [error] = made.errors;
    if (!error) return made.html;
    throw new Error(`line ${error.line}: ${error.message}`);
  } catch (error) {
    throw refused(`${at}/message`, `${(error as Error).message} (MJML)`);
  }
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
