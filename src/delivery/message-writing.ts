import { type CompiledContent, compileContent } from '../campaigns/domain/content.js';
import { type Lacking, lackingIn } from '../campaigns/domain/footer.js';
import type { RunMessage } from '../campaigns/domain/run-message.js';
import type { Edition } from './channels/email/letter.js';
import { textConverter, textTemplateOf, type ToText } from './channels/email/text-alternative.js';
import { type Fill, type RunLinks, RunWriter } from './run-writer.js';

const NOTHING: Lacking = { link: false, address: false };

/** Whose message it is: 0 for what no run, or no campaign, has. */
export interface MessageOrigin {
  runId: number;
  campaignId: number;
}

/** A message's templates, and what is needed to make text of its HTML. */
interface Templates {
  content: CompiledContent;
  /** The text of an email in HTML, where there is a template of it. */
  text: string | null;
  toText: ToText | null;
}

/** What writes a message for each recipient, made once. Throws a LiquidError for a template that does not parse. */
export async function writerFor(
  message: RunMessage,
  origin: MessageOrigin,
  links: RunLinks,
  fill: Fill,
): Promise<RunWriter> {
  const { channel, format } = message;
  const templates = await templatesOf(message);
  const edition = channel === 'email' ? editionOf(message, origin, templates, links.postalAddress) : null;
  return new RunWriter({ format, content: templates.content, edition, toText: templates.toText, links, fill });
}

/** An email in HTML has a text besides: the campaign's own, one made of the template, or of each message. */
async function templatesOf(written: RunMessage): Promise<Templates> {
  const { channel, subject = null, message, format, preheader = null } = written;
  const parts = { subject, message, format, preheader };
  if (channel !== 'email' || format === 'text') return { content: compileContent(parts), text: null, toText: null };
  const toText = written.text == null ? await textConverter() : null;
  const text = toText ? textTemplateOf(message, toText) : written.text!;
  return { content: compileContent({ ...parts, text }), text, toText: text === null ? toText : null };
}

function editionOf(
  written: RunMessage,
  { runId, campaignId }: MessageOrigin,
  { content, text }: Templates,
  postalAddress: string | null,
): Edition {
  const { kind, footer, format, message, sender, replyTo = null, headers } = written;
  const adds = kind === 'marketing' && footer === 'auto';
  const lackingOf = (template: string | null, as: typeof format) => {
    if (!adds) return NOTHING;
    return content.plain && template !== null ? lackingIn(template, as, postalAddress) : null;
  };
  return {
    kind,
    sender: sender ? { name: sender.name, address: sender.email, domain: domainOf(sender.email) } : null,
    replyTo,
    needsLink: kind === 'marketing' && footer === 'none' && !content.plain,
    headers: headers ?? {},
    campaignId,
    runId,
    format,
    lacking: { body: lackingOf(message, format), text: lackingOf(text, 'text') },
    postalAddress,
  };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
