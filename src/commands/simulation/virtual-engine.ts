import { EntityManager } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { CampaignLifecycleService } from '../../campaigns/campaign-lifecycle.service.js';
import { CampaignsModule } from '../../campaigns/campaigns.module.js';
import { OpeningsService } from '../../campaigns/openings.service.js';
import type { RunResponse } from '../../delivery/delivery.dto.js';
import { DeliveryModule } from '../../delivery/delivery.module.js';
import { DeliveryService } from '../../delivery/delivery.service.js';
import { RunReportService } from '../../delivery/run-report.service.js';
import { SeededChance } from '../../platform/chance.js';
import type { Config } from '../../platform/config.js';
import { unlogged } from '../../platform/log.js';
import { PageQuery } from '../../platform/page.dto.js';
import { PlatformModule } from '../../platform/platform.module.js';
import { SchedulerModule } from '../../scheduler/scheduler.module.js';
import { SchedulerService } from '../../scheduler/scheduler.service.js';
import type { ScratchSchema } from './scratch-schema.js';
import { assertIn, awaitNextTime, indexContacts, nextBatchAt, stopSchedule } from './simulation.queries.js';
import { VirtualClock } from './virtual-clock.js';

/** What the world is like in there. */
export interface Setting {
  seed: number;
  from: Date;
}

/** How long the engine waits before it looks again at what it could not do: a beat, at first. */
const FIRST_WAIT_MS = 20;

/**
 * The engine once more, the same services in an application of its own: its database is a scratch schema, its time
 * leaps from event to event, its providers are sandboxes of its own, its chance repeats itself. It has no intervals,
 * listens nowhere and logs nothing.
 */
export class VirtualEngine {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly clock: VirtualClock,
  ) {}

  static async open(scratch: ScratchSchema, config: Config, setting: Setting): Promise<VirtualEngine> {
    const clock = new VirtualClock(setting.from);
    const nature = { clock, chance: new SeededChance(setting.seed) };
    const configModule = await ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true });
    class Engine {}
    const engine = {
      module: Engine,
      imports: [
        PlatformModule.forRoot(config, configModule, scratch.databaseUrl, scratch.schema, nature),
        CampaignsModule,
        DeliveryModule,
        SchedulerModule,
      ],
    };
    const app = await unlogged(() => NestFactory.createApplicationContext(engine, { abortOnError: false }));
    const virtual = new VirtualEngine(app, clock);
    try {
      await assertIn(scratch.name, virtual.db);
      await indexContacts(virtual.db);
      return virtual;
    } catch (error) {
      await virtual.close();
      throw error;
    }
  }

  get now(): Date {
    return this.clock.now();
  }

  /** Puts the campaign onto its schedule: a draft as if it were launched now, a paused one as if it were resumed. */
  async enter(campaignId: number, status: string): Promise<void> {
    const lifecycle = this.app.get(CampaignLifecycleService);
    if (status === 'draft') await lifecycle.launch(campaignId);
    else if (status === 'paused') await lifecycle.resume(campaignId);
    else await awaitNextTime(this.db);
  }

  /**
   * Lives from event to event until that time and then sees through what is under way; `lived` hears of every step.
   * Between two occurrences there is only more to send, and perhaps too much that fails; at an occurrence, and where nothing else helps, the whole
   * engine moves: sweep, open, freeze, send.
   */
  async play(to: Date, lived: (opened: number) => void): Promise<void> {
    let wait = FIRST_WAIT_MS;
    let open = true;
    for (let next = await this.next(); next; next = await this.next()) {
      if (open && next.at >= to) {
        open = false;
        await stopSchedule(this.db);
        continue;
      }
      const stuck = next.at <= this.now;
      this.clock.leap(stuck ? new Date(this.now.getTime() + wait) : next.at);
      const opened = await unlogged(() => this.move(stuck || next!.opens));
      wait = stuck && opened === 0 ? wait * 2 : FIRST_WAIT_MS;
      lived(opened);
    }
  }

  /** Every run, the latest first. */
  async runs(campaignId: number): Promise<RunResponse[]> {
    const query = Object.assign(new PageQuery(), { limit: Number.MAX_SAFE_INTEGER - 1 });
    return [...(await this.app.get(RunReportService).ofCampaign(campaignId, query))];
  }

  close(): Promise<void> {
    return unlogged(() => this.app.close());
  }

  private get db() {
    return this.app.get(EntityManager).getKysely();
  }

  private async move(whole: boolean): Promise<number> {
    if (whole) return this.app.get(SchedulerService).tick();
    const delivery = this.app.get(DeliveryService);
    await delivery.sendDue();
    await delivery.brake();
    return 0;
  }

  /** When something happens next, and whether an occurrence is due then. */
  private async next(): Promise<{ at: Date; opens: boolean } | null> {
    const { due } = await this.app.get(OpeningsService).nextDueAt([]);
    const batch = await nextBatchAt(this.db);
    if (due && !(batch && batch < due)) return { at: due, opens: true };
    return batch && { at: batch, opens: false };
  }
}
