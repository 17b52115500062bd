import { Injectable, Logger } from '@nestjs/common';
import { Chance } from '../../platform/chance.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { SandboxMailbox } from './sandbox/sandbox-mailbox.js';

/** What providers are made with, besides their account. */
@Injectable()
export class ProviderGround {
  private readonly logger = new Logger('Provider');
  readonly allowPrivate: boolean;
  /** Yields [0, 1). */
  readonly random: () => number;

  constructor(
    config: Config,
    private readonly clock: Clock,
    chance: Chance,
    readonly mailbox: SandboxMailbox,
  ) {
    this.allowPrivate = config.ALLOW_PRIVATE_NETWORKS;
    this.random = chance.random;
  }

  readonly now = (): Date => this.clock.now();

  /** Hears of trouble that no message tells of. */
  readonly log = (line: string): void => this.logger.warn(line);
}
