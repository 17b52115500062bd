import { Inject, Injectable, Logger } from '@nestjs/common';
import { Chance } from '../../platform/chance.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { publicUrl } from '../../platform/public-url.js';
import { type DkimSigner, signerOf } from './email/dkim-signer.js';
import { RETURN_PATH, type ReturnPath } from './email/return-path.js';
import { SandboxMailbox } from './sandbox/sandbox-mailbox.js';

/** What providers are made with, besides their account. */
@Injectable()
export class ProviderGround {
  private readonly logger = new Logger('Provider');
  readonly allowPrivate: boolean;
  /** Yields [0, 1). */
  readonly random: () => number;
  /** Signs what leaves over SMTP; HTTP providers sign with keys of their own. */
  readonly signer: DkimSigner | null;

  /** Throws where the DKIM key is not there, or none. */
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    chance: Chance,
    readonly mailbox: SandboxMailbox,
    @Inject(RETURN_PATH) readonly returnPath: ReturnPath | null,
  ) {
    this.allowPrivate = config.ALLOW_PRIVATE_NETWORKS;
    this.random = chance.random;
    this.signer = signerOf(config);
  }

  /** Where the provider of an account can report, if the world reaches us. */
  readonly reportsTo = (account: string): string | null =>
    this.config.PUBLIC_URL?.startsWith('https:') ? `${publicUrl(this.config)}/inbound/${account}` : null;

  readonly now = (): Date => this.clock.now();

  /** Hears of trouble that no message tells of. */
  readonly log = (line: string): void => this.logger.warn(line);
}
