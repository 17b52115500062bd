import { Injectable } from '@nestjs/common';
import { type InboundDialect, ownOf } from './dialects/dialect.js';
import { genericDialect } from './dialects/generic.dialect.js';
import { mailgunDialect } from './dialects/mailgun.dialect.js';
import { postmarkDialect } from './dialects/postmark.dialect.js';
import { resendDialect } from './dialects/resend.dialect.js';
import { sendgridDialect } from './dialects/sendgrid.dialect.js';
import { sesDialect } from './dialects/ses.dialect.js';
import { twilioDialect } from './dialects/twilio.dialect.js';
import { vonageDialect } from './dialects/vonage.dialect.js';
import { SnsClient } from './sns-client.js';

/** What each kind of account speaks to the inlet. */
@Injectable()
export class InboundDialects {
  private readonly byKind: Record<string, InboundDialect>;

  constructor(sns: SnsClient) {
    this.byKind = {
      ...{ smtp: genericDialect, http: genericDialect, ses: sesDialect(sns), sendgrid: sendgridDialect },
      ...{ mailgun: mailgunDialect, postmark: postmarkDialect, resend: resendDialect },
      ...{ twilio: twilioDialect, vonage: vonageDialect },
    };
  }

  /** Undefined for a kind that tells nothing. */
  of(kind: string): InboundDialect | undefined {
    return ownOf(this.byKind, kind);
  }
}
