import { Injectable, Logger } from '@nestjs/common';
import { AccountSecretsService } from '../delivery/account-secrets.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { stepsApart } from '../platform/each-apart.js';
import { CampanileError, invalid, notFound, unsupportedType } from '../platform/errors.js';
import { InboundDialects } from './dialects.js';
import {
  Forged,
  type InboundAccount,
  type InboundCall,
  type InboundDialect,
  Malformed,
  type Told,
} from './dialects/dialect.js';
import { RepliesService } from './replies.service.js';
import { ReportsService } from './reports.service.js';

/** What the inlet answers a provider. */
export interface InboundAnswer {
  type: string;
  body: string;
}

/** Where providers call: who it is, what they tell, and that it is kept before they are answered. */
@Injectable()
export class InboundService {
  private readonly logger = new Logger('Inbound');

  constructor(
    private readonly accounts: AccountSecretsService,
    private readonly dialects: InboundDialects,
    private readonly reports: ReportsService,
    private readonly replies: RepliesService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Verifies a call to an account, keeps what it tells and acts on it. Throws PROVIDER_NOT_FOUND for an account that there is
   * not or that tells nothing, FORGED_CALL, or MALFORMED_CALL; then nothing is kept.
   */
  async take(name: string, call: InboundCall): Promise<InboundAnswer> {
    const account = await this.accounts.of(name);
    const dialect = account ? this.dialects.of(account.kind) : undefined;
    if (!account || !dialect) throw notFound('provider', name);
    if (!dialect.mediaTypes.includes(call.mediaType)) throw unsupportedType(dialect.mediaTypes);
    const { settings, secrets } = account;
    const { reports, replies, unreadable = 0 } = await this.read(dialect, call, { settings, secrets: secrets ?? {} });
    if (unreadable > 0)
      this.logger.warn({ message: 'events left out: they cannot be read', account: name, events: unreadable });
    await this.reports.take(name, reports);
    let text: string | null = null;
    for (const reply of replies)
      if ((await this.replies.take(name, reply)) === 'help') text = this.config.SMS_HELP_TEXT || null;
    return dialect.answer?.(text) ?? { type: 'application/json', body: '{}' };
  }

  /** Heeds what was left, and forgets what was kept long enough; what of it fails holds up nothing else. */
  async keepHouse(): Promise<void> {
    await stepsApart(this.logger, {
      'heeding reports': () => this.reports.heedLeft(),
      'heeding replies': () => this.replies.heedLeft(),
    });
    const { REPORT_RETENTION_DAYS: days } = this.config;
    if (days === 0) return;
    await stepsApart(this.logger, {
      'forgetting reports': () => this.reports.forget(days),
      'forgetting replies': () => this.replies.forget(days),
    });
  }

  private async read(dialect: InboundDialect, call: InboundCall, account: InboundAccount): Promise<Told> {
    try {
      return await dialect.read(call, account, this.clock.now());
    } catch (error) {
      if (error instanceof Forged)
        throw new CampanileError(
          'unauthenticated',
          'FORGED_CALL',
          `This does not come from the account: ${error.message}.`,
        );
      if (error instanceof Malformed) throw invalid('MALFORMED_CALL', [{ pointer: '', message: error.message }]);
      throw error;
    }
  }
}
