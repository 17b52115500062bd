import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/caller.decorator.js';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { ChooseWinner, WinnerResponse } from './winner.dto.js';
import { WinnerService } from './winner.service.js';

@ApiTags('Runs')
@ApiBearerAuth()
@Controller('runs')
export class WinnerController {
  constructor(private readonly winners: WinnerService) {}

  /**
   * Chooses which variant those get who wait for the winner, before the time at which the engine decides or after it decided
   * nothing; once. A paused run sends it when it is resumed. Refused with `WINNER_DECIDED`, with `NOBODY_WAITS` where all take
   * part in the test, and with `TOO_LATE_TO_DECIDE` for a run that is over.
   */
  @Post(':id/winner')
  @Audited('run.winner_chosen')
  @HttpCode(200)
  @RequireScope('write')
  @Idempotent()
  @ApiProblems(400, 404, 409)
  choose(@Param('id', Id) id: number, @Body() input: ChooseWinner, @Caller() caller: string): Promise<WinnerResponse> {
    return this.winners.choose(id, input.variant, caller);
  }
}
