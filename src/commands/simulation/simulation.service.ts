import { EntityManager } from '@mikro-orm/postgresql';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Campaign } from '../../campaigns/campaign.entity.js';
import { isUsableZone } from '../../campaigns/domain/recipient-time.js';
import { countOccurrences } from '../../campaigns/domain/recurrence.js';
import type { Schedule } from '../../campaigns/domain/schedule.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { CampanileError, conflict, invalid } from '../../platform/errors.js';
import { Installation } from '../../platform/installation.js';
import { playedConfig } from './played-config.js';
import { openScratchSchema, type ScratchSchema } from './scratch-schema.js';
import type { SimulateCampaign, SimulationResponse } from './simulation.dto.js';
import { copyInto, zonesIn } from './simulation.queries.js';
import { SimulationSources } from './simulation-sources.js';
import { simulationReport } from './simulation-report.js';
import { VirtualEngine } from './virtual-engine.js';

const DAY = 86_400_000;

/** What one simulation carries out at most: some seconds to some minutes of work, some hundred megabytes for a while. */
const MAX_RUNS = 5_000;
const MAX_MESSAGES = 1_000_000;

/** Plays a campaign's future with the engine itself, on copies, beside everything that is real. */
@Injectable()
export class SimulationService implements BeforeApplicationShutdown {
  private playing: Promise<unknown> | null = null;
  private stopping = false;

  constructor(
    private readonly em: EntityManager,
    private readonly from: SimulationSources,
    private readonly installation: Installation,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Plays so many days from now; `progress` hears of days lived. Throws SIMULATION_RUNNING while this process plays
   * another, SIMULATION_TOO_LARGE beyond the limits, NOTHING_TO_SIMULATE for a campaign that is over.
   */
  async simulate(
    campaignId: number,
    wish: SimulateCampaign,
    progress: (days: number) => void = () => undefined,
  ): Promise<SimulationResponse> {
    // Its transactions would join ours, and so the real tables.
    if (this.em.isInTransaction()) throw new Error('a simulation cannot be part of a transaction');
    if (this.playing) throw conflict('SIMULATION_RUNNING', 'Another simulation is running here; one runs at a time.');
    const playing = this.prepare(campaignId, wish, progress);
    this.playing = playing;
    try {
      return await playing;
    } finally {
      this.playing = null;
    }
  }

  /** The next step of a simulation under way is its last: it is left and cleaned up, and so is the scratch schema. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.playing?.catch(() => undefined);
  }

  private async prepare(
    campaignId: number,
    wish: SimulateCampaign,
    progress: (days: number) => void,
  ): Promise<SimulationResponse> {
    const { campaign, schedule } = await this.from.campaigns.plan(campaignId);
    const from = this.clock.now();
    const to = new Date(from.getTime() + wish.days * DAY);
    assertToCome(campaign);
    const runs = expectedRuns(campaign, schedule, from, to);
    if (runs > MAX_RUNS) throw tooManyRuns(`${runs.toLocaleString('en')} times in ${wish.days} days`);
    const { databaseUrl, schema } = this.installation;
    const scratch = await openScratchSchema(databaseUrl, schema);
    try {
      const members = await this.from.audiences.everyMember(campaign, from);
      const sample = { campaignId, members, contacts: wish.contacts, seed: wish.seed };
      const { audience, taken } = await copyInto(this.em.getKysely(), scratch.name, sample);
      if (runs * taken > MAX_MESSAGES) throw tooManyMessages(runs, taken);
      const named = campaign.recipientTimeZone ? await zonesIn(this.em.getKysely(), scratch.name) : [];
      const zones = named.filter(isUsableZone);
      const report = await this.play(scratch, campaign, { from, to, wish, progress });
      const { seed, failure_rate } = wish;
      return {
        campaign_id: campaignId,
        from,
        to,
        seed,
        failure_rate,
        audience,
        contacts: taken,
        ...simulationReport(report, { schedule, from, to, zones }),
      };
    } finally {
      await scratch.close();
    }
  }

  private async play(
    scratch: ScratchSchema,
    { id, status, channel, provider = null }: Campaign,
    { from, to, wish, progress }: { from: Date; to: Date; wish: SimulateCampaign; progress: (days: number) => void },
  ) {
    const limits = this.from.sending.limitsOf(channel, provider);
    const engine = await VirtualEngine.open(
      scratch,
      playedConfig(this.config, wish.failure_rate, { channel, limits }),
      {
        seed: wish.seed,
        from,
      },
    );
    let occurred = 0;
    try {
      await engine.enter(id, status);
      await engine.play(to, (opened) => {
        if (this.stopping)
          throw new CampanileError('unavailable', 'SIMULATION_STOPPED', 'This process is stopping; simulate again.');
        occurred += opened;
        if (occurred > MAX_RUNS) throw tooManyRuns(`more than ${MAX_RUNS.toLocaleString('en')} times`);
        progress(Math.min((engine.now.getTime() - from.getTime()) / DAY, wish.days));
      });
      progress(wish.days);
      return await engine.runs(id);
    } finally {
      await engine.close();
    }
  }
}

function assertToCome({ status, nextRunAt }: Campaign): void {
  const waits = status === 'draft' || status === 'paused' || nextRunAt != null;
  if (!waits)
    throw conflict('NOTHING_TO_SIMULATE', `No occurrence of this campaign is to come: it is ${status}. Reschedule it.`);
}

/** How often the campaign is due in that time; `max_runs` bounds only what is carried out, and so may end it sooner. */
function expectedRuns(campaign: Campaign, schedule: Schedule, from: Date, to: Date): number {
  if (campaign.type === 'one_time') return 1;
  const due = countOccurrences(schedule, from, new Date(to.getTime() - 1));
  return campaign.maxRuns == null ? due : Math.min(due, Math.max(campaign.maxRuns - campaign.runsStarted, 0));
}

function tooManyRuns(often: string): CampanileError {
  const limit = MAX_RUNS.toLocaleString('en');
  const message = `this campaign is due ${often}; a simulation plays at most ${limit} occurrences: take fewer days`;
  return invalid('SIMULATION_TOO_LARGE', [{ pointer: '/days', message }]);
}

function tooManyMessages(runs: number, contacts: number): CampanileError {
  const limit = MAX_MESSAGES.toLocaleString('en');
  const wanted = `${runs.toLocaleString('en')} runs to ${contacts.toLocaleString('en')} contacts`;
  const message = `${wanted} are too many messages; a simulation sends at most ${limit}: take fewer contacts or days`;
  return invalid('SIMULATION_TOO_LARGE', [{ pointer: '/contacts', message }]);
}
