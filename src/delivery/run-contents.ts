import { Injectable } from '@nestjs/common';
import type { Channel } from '../audience/domain/channel.js';
import { PersonService } from '../audience/person.service.js';
import { CONTACT_FIELDS, type ContactField } from '../audience/domain/recipient.js';
import { UnsubscriptionService } from '../audience/unsubscription.service.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Config } from '../platform/config.js';
import { writerFor } from './message-writing.js';
import type { RunWriter } from './run-writer.js';
import { RenderPool } from './rendering/render-pool.js';
import { SendingRules } from './sending-rules.js';

/** Contents kept compiled: a run's content never changes, and few runs are sent at a time. */
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
  private readonly compiled = new Map<number, RunContent>();

  constructor(
    private readonly runs: RunsService,
    private readonly rules: SendingRules,
    private readonly person: PersonService,
    private readonly unsubscriptions: UnsubscriptionService,
    private readonly config: Config,
    private readonly pool: RenderPool,
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
    const { channel } = run;
    const origin = { runId: run.id, campaignId: run.campaign };
    const links = {
      unsubscribe: (contactId: number) => this.unsubscriptions.urlFor(contactId, channel, run.id),
      preferences: (contactId: number) => this.person.preferencesUrl(contactId),
      postalAddress: this.config.POSTAL_ADDRESS ?? null,
    };
    const writer = await writerFor(run, origin, links, (job) => this.pool.fill(job));
    const byClock = this.rules.hoursOf(channel, run.sendWindow ?? null) !== null;
    return { run, writer, fields: fieldsOf(channel, writer.spokenFields, byClock) };
  }
}

/** What is loaded of each contact: what the templates speak of, an email's names, a zone where the clock decides. */
function fieldsOf(channel: Channel, fields: readonly string[] | null, byClock: boolean): readonly ContactField[] {
  if (fields === null) return CONTACT_FIELDS;
  const names = channel === 'email' ? ['first_name', 'last_name'] : [];
  const needed = [...fields, ...names, ...(byClock ? ['time_zone'] : [])];
  return CONTACT_FIELDS.filter((field) => needed.includes(field));
}
