import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ReturnPathService } from '../delivery/return-path.service.js';
import { Clock } from '../platform/clock.js';
import { invalid } from '../platform/errors.js';
import type { MailTaken } from './inbound.dto.js';
import { MAIL_SOURCE, ReportsService } from './reports.service.js';
import { readReturnedMail, type ReturnedMail } from './returned-mail.js';

/** Takes bounces and complaints that come by email. */
@Injectable()
export class MailService {
  constructor(
    private readonly returnPath: ReturnPathService,
    private readonly reports: ReportsService,
    private readonly clock: Clock,
  ) {}

  /** Keeps and heeds what an email reports; the same again changes nothing. Throws MALFORMED_MAIL for what is none. */
  async take(bytes: Buffer, recipient: string | undefined): Promise<MailTaken> {
    const mail = await this.read(bytes);
    const { report, recipients, id } = mail;
    if (!report) return { kind: null, message: null };
    const token = [...(recipient === undefined ? [] : [recipient]), ...recipients]
      .map((address) => this.returnPath.keyOf(address))
      .find((key) => key !== null);
    const message = token ?? this.believed(mail);
    const eventId = id ?? createHash('sha256').update(bytes).digest('hex');
    const { kind, words } = report;
    await this.reports.take(MAIL_SOURCE, [{ eventId, kind, at: this.timeOf(report.at), message, words }]);
    return { kind, message };
  }

  /**
   * What a message says it returns. Anybody can write that, so a bounce is not believed by it where each message has an address
   * of its own to come back to; a complaint goes to one address for all, and names nothing else.
   */
  private believed({ original, isFeedback }: ReturnedMail): string | null {
    return isFeedback || !this.returnPath.inUse ? original : null;
  }

  private timeOf(text: string | null): Date {
    const now = this.clock.now();
    const at = new Date(text ?? NaN);
    return at.getTime() > 0 && at <= now ? at : now;
  }

  private async read(bytes: Buffer): Promise<ReturnedMail> {
    try {
      return await readReturnedMail(bytes);
    } catch (error) {
      throw invalid('MALFORMED_MAIL', [{ pointer: '', message: `the body is no email: ${(error as Error).message}` }]);
    }
  }
}
