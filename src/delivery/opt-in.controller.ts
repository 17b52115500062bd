import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { CallingPrincipal } from '../access/caller.decorator.js';
import type { Principal } from '../access/domain/principal.js';
import { allows } from '../access/domain/scope.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { OptInResponse, RequestOptIn } from './opt-in.dto.js';
import { OptInService } from './opt-in.service.js';

@ApiTags('Contacts')
@ApiBearerAuth()
@Controller('contacts/:id/opt-in')
export class OptInController {
  constructor(private readonly optIns: OptInService) {}

  /**
   * Asks a person to confirm (double opt-in): the channel is `pending` and not sent to until the link of this message is
   * confirmed. A call sends a message, within the limits of the channel's provider; the same address is asked once an hour at
   * most (429 `OPT_IN_ASKED` with `Retry-After`, and the link of the message before stays good).
   */
  @Post()
  @HttpCode(200)
  @RequireScope('write')
  @Audited('contact.opt_in_requested', 'before')
  @Idempotent({ stepped: true })
  @ApiProblems(400, 404, 409)
  async request(
    @Param('id', Id) id: number,
    @Body() input: RequestOptIn,
    @CallingPrincipal() { name, scopes }: Principal,
  ): Promise<OptInResponse> {
    const answer = await this.optIns.request(id, input, name);
    return allows(scopes, 'admin') ? answer : { ...answer, confirm_url: null };
  }
}
