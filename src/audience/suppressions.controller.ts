import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { Caller } from '../access/caller.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import {
  BulkSuppressions,
  CreatedSuppression,
  CreateSuppression,
  RemovalResult,
  RemoveSuppressions,
  SuppressionQuery,
  SuppressionResponse,
  SuppressionResult,
} from './suppressions.dto.js';
import { SuppressionsService } from './suppressions.service.js';

@ApiTags('Suppressions')
@ApiBearerAuth()
@Controller('suppressions')
export class SuppressionsController {
  constructor(private readonly suppressions: SuppressionsService) {}

  /**
   * Suppresses an address. Once this is answered no window that begins sends to it, whichever contact has it now or later;
   * they are `skipped` with the reason `suppressed`.
   */
  @Post()
  @RequireScope('write')
  @Audited('suppression.created')
  @Idempotent()
  @ApiProblems(400)
  create(@Body() input: CreateSuppression): Promise<CreatedSuppression> {
    return this.suppressions.create(input);
  }

  /** Suppresses up to 10,000 addresses: all of them, or none when one is wrong. */
  @Post('bulk')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('suppression.bulk_created')
  @Idempotent()
  @ApiProblems(400, 413)
  bulk(@Body() input: BulkSuppressions): Promise<SuppressionResult> {
    return this.suppressions.bulk(input.suppressions);
  }

  /** Lists the entries in the order they were made. */
  @Get()
  @RequireScope('read')
  @ApiProblems(400)
  list(@Query() query: SuppressionQuery): Promise<SuppressionResponse[]> {
    return this.suppressions.list(query);
  }

  /**
   * Takes back the entries of up to 10,000 addresses; those that are not on the list are passed over. Entries for `complaint`
   * and `erasure` need a `note`.
   */
  @Delete()
  @RequireScope('admin')
  @Audited('suppression.removed')
  @ApiProblems(400, 413)
  remove(@Body() input: RemoveSuppressions, @Caller() caller: string): Promise<RemovalResult> {
    return this.suppressions.remove(input, caller);
  }
}
