import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { TestSend, TestSendResponse } from './test-send.dto.js';
import { TestSendService } from './test-send.service.js';

@ApiTags('Campaigns')
@ApiBearerAuth()
@Controller('campaigns/:id/test-send')
export class TestSendController {
  constructor(private readonly tests: TestSendService) {}

  /**
   * Sends the campaign's message to a few addresses, written as for the contact that is named, and tells what became of
   * each. It goes through the campaign's own account and its limits, is in no count, and its links change nothing. Where
   * one of the addresses is suppressed the call is refused and nobody is sent to; so it is where more than 100 messages would
   * be sent for tests within an hour, by all callers together (429 `TEST_QUOTA_USED` with `Retry-After`).
   */
  @Post()
  @HttpCode(200)
  @RequireScope('write')
  @Audited('campaign.test_sent', 'before')
  @Idempotent({ stepped: true })
  @ApiProblems(400, 404, 409)
  send(@Param('id', Id) id: number, @Body() input: TestSend): Promise<TestSendResponse> {
    return this.tests.send(id, input);
  }
}
