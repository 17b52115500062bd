import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SuppressionsService } from '../audience/suppressions.service.js';
import { readDeliveryKey } from '../delivery/domain/delivery-key.js';
import { ReturnPathService } from '../delivery/return-path.service.js';
import { Clock } from '../platform/clock.js';
import { invalid } from '../platform/errors.js';
import { instantOf } from './dialects/dialect.js';
import { mailReport } from './domain/mail-report.js';
import type { MailTaken } from './inbound.dto.js';
import { MAIL_SOURCE, ReportsService } from './reports.service.js';
import { readReturnedMail, type ReturnedMail } from './returned-mail.js';

/** Takes bounces and complaints that come by email. */
@Injectable()
export class MailService {
  constructor(
    private readonly returnPath: ReturnPathService,
    private readonly reports: ReportsService,
    private readonly suppressions: SuppressionsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps and heeds what an email reports; the same again changes nothing, unless the first was taken by a version that told
   * emails apart by their Message-ID alone: that counts once more. Throws MALFORMED_MAIL for what is no email.
   */
  async take(bytes: Buffer, recipient: string | undefined): Promise<MailTaken> {
    const mail = await this.read(bytes);
    const token = [...(recipient === undefined ? [] : [recipient]), ...mail.recipients]
      .map((address) => this.returnPath.keyOf(address))
      .find((key) => key !== null);
    const message = token ?? this.believed(mail);
    const report = mailReport(mail, mail.status === null ? null : await this.addressOf(message));
    if (!report) return { kind: null, message: null };
    const { kind, words } = report;
    // A mail system may write one Message-ID into all that it returns.
    const eventId = hashOf(JSON.stringify([mail.id ?? hashOf(bytes), message, kind]));
    const at = instantOf(report.at, this.clock.now());
    await this.reports.take(MAIL_SOURCE, [{ eventId, kind, at, message, words }]);
    return { kind, message };
  }

  /** The present address of whom a message went to; null where it is none of ours, or they have none any more. */
  private async addressOf(message: string | null): Promise<string | null> {
    const key = message === null ? null : readDeliveryKey(message);
    const [own] = key ? await this.suppressions.addressesOf([{ contactId: key.contactId, channel: 'email' }]) : [];
    return own?.address ?? null;
  }

  /**
   * What a message says it returns. Anybody can write that, so a bounce is not believed by it where each message has an address
   * of its own to come back to; a complaint goes to one address for all, and names nothing else.
   */
  private believed({ original, feedback }: ReturnedMail): string | null {
    return feedback !== null || !this.returnPath.inUse ? original : null;
  }

  private async read(bytes: Buffer): Promise<ReturnedMail> {
    try {
      return await readReturnedMail(bytes);
    } catch (error) {
      throw invalid('MALFORMED_MAIL', [{ pointer: '', message: `the body is no email: ${(error as Error).message}` }]);
    }
  }
}

const hashOf = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
