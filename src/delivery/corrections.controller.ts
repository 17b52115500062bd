import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { CorrectionResponse, ResendInDoubt, RetryFailed, SettleInDoubt } from './corrections.dto.js';
import { resendExamples, retryExamples, settleExamples } from './corrections.examples.js';
import { CorrectionsService } from './corrections.service.js';

@ApiTags('Runs')
@ApiBearerAuth()
@Controller('runs/:id')
export class CorrectionsController {
  constructor(private readonly corrections: CorrectionsService) {}

  /**
   * Sends again to exactly those that failed, as one more try each; whoever opted out since is skipped. A completed run
   * is open again until they have their new outcome. Refused for a cancelled one.
   */
  @Post('retry-failed')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('run.failed_retried', 'before')
  @Idempotent({ stepped: true })
  @ApiBody({ type: RetryFailed, required: false, examples: retryExamples })
  @ApiProblems(400, 404, 409)
  retryFailed(@Param('id', Id) id: number, @Body() input: RetryFailed): Promise<CorrectionResponse> {
    return this.corrections.retryFailed(id, input);
  }

  /** Sends again to those in doubt; who got the first message gets a second one. Refused for a cancelled run. */
  @Post('in-doubt/resend')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('run.doubt_resent', 'before')
  @Idempotent({ stepped: true })
  @ApiBody({ type: ResendInDoubt, required: false, examples: resendExamples })
  @ApiProblems(400, 404, 409)
  resend(@Param('id', Id) id: number, @Body() input: ResendInDoubt): Promise<CorrectionResponse> {
    return this.corrections.resendInDoubt(id, input);
  }

  /** Settles those in doubt as `sent` or `failed`, by somebody who knows, e.g. from the provider's own log. */
  @Post('in-doubt/settle')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('run.doubt_settled', 'before')
  @Idempotent({ stepped: true })
  @ApiBody({ type: SettleInDoubt, examples: settleExamples })
  @ApiProblems(400, 404, 409)
  settle(@Param('id', Id) id: number, @Body() input: SettleInDoubt): Promise<CorrectionResponse> {
    return this.corrections.settleInDoubt(id, input);
  }
}
