import { type CompiledContent, compileContent } from '../campaigns/domain/content.js';
import { type Lacking, lackingIn, mayHideWayOut } from '../campaigns/domain/footer.js';
import type { RunMessage } from '../campaigns/domain/run-message.js';
import type { Edition } from './channels/email/letter.js';
import { textConverter, textTemplateOf } from './channels/email/text-alternative.js';
import type { TrackedTemplate } from './run-tracking.js';
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
  toText: ((fields: object, body: string) => string) | null;
}

/** What a message's writer works with besides its words. */
export interface WritingTools {
  links: RunLinks;
  fill: Fill;
  /** The message as it is counted; null where nothing is. */
  tracked: TrackedTemplate | null;
}

/** What writes a message for each recipient, made once. Throws a LiquidError for a template that does not parse. */
export async function writerFor(
  message: RunMessage,
  origin: MessageOrigin,
  { links, fill, tracked }: WritingTools,
): Promise<RunWriter> {
  const { channel, format, url = null, icon = null } = message;
  const { content, text, toText } = await templatesOf(message, tracked?.message ?? message.message);
  const edition = channel === 'email' ? editionOf(message, origin, { content, text }, links.postalAddress) : null;
  const notice = channel === 'push' ? { url, icon } : null;
  return new RunWriter({ format, content, edition, notice, toText, tracked: tracked?.linksFor ?? null, links, fill });
}

/**
 * An email in HTML has a text besides: the campaign's own, one made of the template, or of each message. It is made of what
 * was written, not of what is counted: in a text there is no pixel, and links stand in it at full length. Only where filling
 * may take long the message is not filled a second time.
 */
async function templatesOf(written: RunMessage, counted: string): Promise<Templates> {
  const { channel, subject = null, message, format, preheader = null } = written;
  const parts = { subject, message: counted, format, preheader };
  if (channel !== 'email' || format === 'text') return { content: compileContent(parts), text: null, toText: null };
  const convert = written.text == null ? await textConverter() : null;
  const text = convert ? textTemplateOf(message, convert) : written.text!;
  const content = compileContent({ ...parts, text });
  if (text !== null) return { content, text, toText: null };
  const plain = content.bounded ? compileContent({ subject: null, message, format }) : null;
  return { content, text, toText: (fields, body) => convert!(plain ? plain.render(fields).body : body) };
}

function editionOf(
  written: RunMessage,
  { runId, campaignId }: MessageOrigin,
  { content, text }: Pick<Templates, 'content' | 'text'>,
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
    needsWayOut: kind === 'marketing' && footer === 'none' && !content.plain,
    mayHide: format === 'html' && !content.plain && mayHideWayOut(message, postalAddress),
    headers: headers ?? {},
    campaignId,
    runId,
    format,
    lacking: { body: lackingOf(message, format), text: lackingOf(text, 'text') },
    postalAddress,
  };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
