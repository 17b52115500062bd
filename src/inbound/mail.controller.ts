import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Unaudited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { ApiProblems } from '../platform/openapi.js';
import { Kept, type KeptBody, RawBody } from '../platform/raw-body.js';
import { MailQuery, MailTaken } from './inbound.dto.js';
import { MailService } from './mail.service.js';

@ApiTags('Reports')
@ApiBearerAuth()
@Controller('inbound/mail')
export class MailController {
  constructor(private readonly mail: MailService) {}

  /**
   * Takes one email as it came in, at most 16 MiB: a delivery status notification (RFC 3464), a complaint of a feedback loop (RFC 5965), or
   * anything else, which changes nothing. Let your mail server hand over here what comes to BOUNCE_DOMAIN: the address tells
   * which message came back, and where it has none, the Message-ID. The same email again changes nothing.
   */
  @Post()
  @HttpCode(200)
  @RequireScope('write')
  @Unaudited('What comes back is kept itself, as a report.')
  @RawBody('message/rfc822', 'text/plain', 'application/octet-stream')
  @ApiProblems(400, 413)
  take(@Kept() { bytes }: KeptBody, @Query() { recipient }: MailQuery): Promise<MailTaken> {
    return this.mail.take(bytes, recipient);
  }
}
