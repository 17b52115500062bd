import { Injectable } from '@nestjs/common';
import { ImportsService } from '../audience/imports.service.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { WinnerService } from '../delivery/winner.service.js';
import { Dispatcher } from './dispatcher.js';
import { Sweeper } from './sweeper.js';

/** The whole engine by hand: what the heartbeat does in its rhythm, done once. For the CLI and for tests. */
@Injectable()
export class SchedulerService {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly sweeper: Sweeper,
    private readonly delivery: DeliveryService,
    private readonly imports: ImportsService,
    private readonly winners: WinnerService,
  ) {}

  /** Carries out one campaign that is due, and touches nothing else; a running server may be faster, which is as well. */
  async carryOut(campaignId: number): Promise<void> {
    await this.delivery.followProviders();
    const runId = await this.dispatcher.dispatchOne(campaignId);
    if (runId !== null) await this.delivery.sendRun(runId);
  }

  /** Follows the providers' accounts, imports what was uploaded, opens what is due, freezes it, decides winners, sends what is ready, recovers and closes. Answers how many campaigns were due. */
  async tick(): Promise<number> {
    await this.delivery.followProviders();
    await this.sweeper.sweep();
    await this.imports.workDue();
    const opened = await this.dispatcher.dispatchDue();
    while (await this.dispatcher.freeze());
    await this.winners.decideDue();
    await this.delivery.sendDue();
    await this.sweeper.sweep();
    return opened;
  }
}
