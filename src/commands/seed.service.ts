import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { formatISO } from 'date-fns/formatISO';
import { nextMonday } from 'date-fns/nextMonday';
import { sql } from 'kysely';
import type { CreateContact } from '../audience/contacts.dto.js';
import { BulkContactsService } from '../audience/bulk-contacts.service.js';
import { SegmentsService } from '../audience/segments.service.js';
import type { CreateCampaign } from '../campaigns/campaigns.dto.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { Config } from '../platform/config.js';
import { Clock } from '../platform/clock.js';
import { mailLeaves } from '../platform/mail-reach.js';
import { DEMO_SEGMENTS, demoContact } from './demo-contacts.js';
import type { SeedResult } from './seed.dto.js';

/** Demo contacts unless more are asked for. */
const DEMO_SIZE = 60;
const BULK = 10_000;

/** Fills an installation with something to look at. Repeating it changes nothing. */
@Injectable()
export class SeedService {
  constructor(
    private readonly em: EntityManager,
    private readonly contacts: BulkContactsService,
    private readonly segments: SegmentsService,
    private readonly campaigns: CampaignsService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Makes segments, `size` contacts and the demo campaigns where they are missing; `progress` hears of contacts done. */
  async seed(size = DEMO_SIZE, progress: (done: number) => void = () => undefined): Promise<SeedResult> {
    const segments = await this.seedSegments();
    const result: SeedResult = { segments, contacts: { created: 0, known: 0 }, campaigns: 0 };
    for (let first = 1; first <= size; first += BULK) {
      const count = Math.min(BULK, size - first + 1);
      const wanted = Array.from({ length: count }, (_, index) => demoContact(first + index));
      const missing = await this.missing(wanted);
      if (missing.length > 0) await this.contacts.write(missing);
      result.contacts.created += missing.length;
      result.contacts.known += count - missing.length;
      progress(first + count - 1);
    }
    result.campaigns = await this.seedCampaigns();
    return result;
  }

  private async seedSegments(): Promise<number> {
    const known = await this.known('segment');
    const missing = DEMO_SEGMENTS.filter((name) => !known.has(name));
    for (const name of missing) await this.segments.create({ name });
    return missing.length;
  }

  private async seedCampaigns(): Promise<number> {
    const known = await this.known('campaign');
    const missing = this.demoCampaigns().filter(({ name }) => !known.has(name));
    for (const campaign of missing) await this.campaigns.create(campaign);
    return missing.length;
  }

  /** Those whose address nobody has yet: what people made of the others since is theirs. */
  private async missing(contacts: CreateContact[]): Promise<CreateContact[]> {
    const emails = contacts.map(({ email }) => email!);
    const { rows } = await sql<{ email: string }>`
      select email from contact where email = any(${emails}::text[])`.execute(this.em.getKysely());
    const known = new Set(rows.map(({ email }) => email));
    return contacts.filter(({ email }) => !known.has(email!));
  }

  private async known(table: 'segment' | 'campaign'): Promise<Set<string>> {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(this.em.getKysely());
    return new Set(rows.map(({ name }) => name));
  }

  private demoCampaigns(): CreateCampaign[] {
    const now = this.clock.now().toISOString();
    // With a real mail server elsewhere the demo's people, who do not exist, must not be written to.
    const draft = mailLeaves(this.config);
    return [
      {
        name: 'Welcome Techies',
        type: 'one_time',
        schedule_time: now,
        target_segment: 'tech',
        subject: 'Welcome, {{ first_name | default: "friend" }}!',
        message:
          'Hi {{ first_name | default: "there" }}, thank you for joining. This message went through the whole engine.',
        draft,
      },
      {
        name: 'Retail pulse',
        type: 'recurring',
        schedule_time: now,
        frequency: 'minutely',
        interval: 1,
        max_runs: 30,
        target_segment: 'retail',
        channel: 'push',
        message: '{{ first_name | default: "Hello" }}, something new every minute.',
      },
      {
        name: 'Monday finance brief',
        type: 'recurring',
        // To come: what a time in the past leaves out would be on record as missed.
        schedule_time: `${formatISO(nextMonday(now), { representation: 'date' })}T09:00:00`,
        time_zone: 'Europe/Berlin',
        frequency: 'weekly',
        target_segment: 'finance',
        format: 'html',
        subject: 'Your week in finance',
        message: '<h1>Good morning, {{ first_name | default: "there" }}</h1><p>Here is your week.</p>',
        draft,
      },
    ];
  }
}
