import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { CONTACT_FIELDS, type ContactField } from '../audience/domain/recipient.js';
import { messageOfVariant } from '../campaigns/domain/variants.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { writerFor } from './message-writing.js';
import { RecipientLinks } from './recipient-links.js';
import { RenderPool } from './rendering/render-pool.js';
import { RunTracking } from './run-tracking.js';
import type { RunWriter } from './run-writer.js';
import { SendingRules } from './sending-rules.js';

/** Contents kept compiled: what a run says never changes, and few runs are sent at a time. */
const COMPILED_RUNS = 64;

/** A run with what its messages are written by. */
export interface RunContent {
  run: Run;
  writer: RunWriter;
  /** What the messages say about a contact. */
  fields: readonly ContactField[];
}

/** The contents of runs, each compiled once. */
@Injectable()
export class RunContents {
  private readonly compiled = new Map<string, RunContent>();

  constructor(
    private readonly runs: RunsService,
    private readonly rules: SendingRules,
    private readonly links: RecipientLinks,
    private readonly tracking: RunTracking,
    private readonly pool: RenderPool,
  ) {}

  /** What a run says, or one of its variants where it has any. */
  async of(runId: number, variant: number | null): Promise<RunContent> {
    const key = `${runId}/${variant}`;
    const known = this.compiled.get(key);
    if (known) return known;
    const made = await this.compile(await this.runs.get(runId), variant);
    this.compiled.set(key, made);
    if (this.compiled.size > COMPILED_RUNS) this.compiled.delete(this.compiled.keys().next().value!);
    return made;
  }

  /** The deadline of a run as it is now: a pause that ended has moved it. */
  async deadlineOf(runId: number): Promise<Date> {
    return (await this.runs.get(runId)).expiresAt;
  }

  private async compile(run: Run, variant: number | null): Promise<RunContent> {
    const { channel } = run;
    const origin = { runId: run.id, campaignId: run.campaign };
    const message = messageOfVariant(run, variant === null ? undefined : run.variants?.[variant - 1]);
    const writer = await writerFor(message, origin, {
      links: this.links.of(run),
      fill: (job) => this.pool.fill(job),
      tracked: await this.tracking.of(run, message),
    });
    const byClock = this.rules.hoursOf(channel, run.sendWindow ?? null) !== null;
    return { run, writer, fields: fieldsOf(channel, writer.spokenFields, byClock) };
  }
}

/** What is loaded of each contact: what the templates speak of, an email's names, a zone where the clock decides. */
function fieldsOf(channel: Channel, fields: readonly string[] | null, byClock: boolean): readonly ContactField[] {
  const addresses: ContactField[] = channel === 'push' ? ['push_subscriptions'] : [];
  if (fields === null) return [...CONTACT_FIELDS, ...addresses];
  const names = channel === 'email' ? ['first_name', 'last_name'] : [];
  const needed = [...fields, ...names, ...(byClock ? ['time_zone'] : [])];
  return [...CONTACT_FIELDS.filter((field) => needed.includes(field)), ...addresses];
}
