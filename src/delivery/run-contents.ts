import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { CONTACT_FIELDS, type ContactField } from '../audience/domain/recipient.js';
import { type CompiledContent, compileContent } from '../campaigns/domain/content.js';
import { type Lacking, lackingIn } from '../campaigns/domain/footer.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Config } from '../platform/config.js';
import type { Edition } from './channels/email/letter.js';
import { textConverter, textTemplateOf } from './channels/email/text-alternative.js';
import { RecipientLinks } from './recipient-links.js';
import { RunTracking } from './run-tracking.js';
import { RunWriter } from './run-writer.js';
import { SendingRules } from './sending-rules.js';

/** Contents kept compiled: a run's content never changes, and few runs are sent at a time. */
const COMPILED_RUNS = 64;

const NOTHING: Lacking = { link: false, address: false };

/** A run with what its messages are written by. */
export interface RunContent {
  run: Run;
  writer: RunWriter;
  /** What the messages say about a contact. */
  fields: readonly ContactField[];
}

/** A run's templates, and what is needed to make text of its HTML. */
interface Templates {
  content: CompiledContent;
  /** The text of an email in HTML, where there is a template of it. */
  text: string | null;
  toText: ((fields: object) => string) | null;
}

/** The contents of runs, each compiled once. */
@Injectable()
export class RunContents {
  private readonly compiled = new Map<number, RunContent>();

  constructor(
    private readonly runs: RunsService,
    private readonly rules: SendingRules,
    private readonly links: RecipientLinks,
    private readonly tracking: RunTracking,
    private readonly config: Config,
  ) {}

  async of(runId: number): Promise<RunContent> {
    const known = this.compiled.get(runId);
    if (known) return known;
    const made = await this.compile(await this.runs.get(runId));
    this.compiled.set(runId, made);
    if (this.compiled.size > COMPILED_RUNS) this.compiled.delete(this.compiled.keys().next().value!);
    return made;
  }

  /** The deadline of a run as it is now: a pause that ended has moved it. */
  async deadlineOf(runId: number): Promise<Date> {
    return (await this.runs.get(runId)).expiresAt;
  }

  private async compile(run: Run): Promise<RunContent> {
    const { channel, format } = run;
    const tracked = await this.tracking.of(run);
    const templates = await this.templatesOf(run, tracked?.message ?? run.message);
    const { content } = templates;
    const edition = channel === 'email' ? this.editionOf(run, templates) : null;
    const writer = new RunWriter({
      format,
      content,
      edition,
      notice: channel === 'push' ? { url: run.url ?? null, icon: run.icon ?? null } : null,
      toText: templates.toText,
      tracked: tracked?.linksFor ?? null,
      links: this.links.of(run),
    });
    const byClock = this.rules.hoursOf(channel, run.sendWindow ?? null) !== null;
    return { run, writer, fields: fieldsOf(channel, content, byClock) };
  }

  /**
   * An email in HTML has a text besides: the campaign's own, one made of the template, or of each message. It is made of what
   * was written, not of what is counted: in a text there is no pixel, and links stand in it at full length.
   */
  private async templatesOf(run: Run, counted: string): Promise<Templates> {
    const { channel, subject = null, message, format, preheader = null } = run;
    const parts = { subject, message: counted, format, preheader };
    if (channel !== 'email' || format === 'text') return { content: compileContent(parts), text: null, toText: null };
    const convert = run.text == null ? await textConverter() : null;
    const text = convert ? textTemplateOf(message, convert) : run.text!;
    const content = compileContent({ ...parts, text });
    if (text !== null) return { content, text, toText: null };
    const written = compileContent({ subject: null, message, format });
    return { content, text, toText: (fields) => convert!(written.render(fields).body) };
  }

  private editionOf(run: Run, { content, text }: Templates): Edition {
    const { kind, footer, format, message, sender, replyTo = null, headers } = run;
    const postalAddress = this.config.POSTAL_ADDRESS ?? null;
    const adds = kind === 'marketing' && footer === 'auto';
    const lackingOf = (template: string | null, written: typeof format) => {
      if (!adds) return NOTHING;
      return content.plain && template !== null ? lackingIn(template, written, postalAddress) : null;
    };
    return {
      kind,
      sender: sender ? { name: sender.name, address: sender.email, domain: domainOf(sender.email) } : null,
      replyTo,
      needsLink: kind === 'marketing' && footer === 'none' && !content.plain,
      headers: headers ?? {},
      campaignId: run.campaign,
      runId: run.id,
      format,
      lacking: { body: lackingOf(message, format), text: lackingOf(text, 'text') },
      postalAddress,
    };
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** What is loaded of each contact: what the templates speak of, an email's names, a zone where the clock decides. */
function fieldsOf(channel: Channel, { fields }: CompiledContent, byClock: boolean): readonly ContactField[] {
  const addresses: ContactField[] = channel === 'push' ? ['push_subscriptions'] : [];
  if (fields === null) return [...CONTACT_FIELDS, ...addresses];
  const names = channel === 'email' ? ['first_name', 'last_name'] : [];
  const needed = [...fields, ...names, ...(byClock ? ['time_zone'] : [])];
  return [...CONTACT_FIELDS.filter((field) => needed.includes(field)), ...addresses];
}
