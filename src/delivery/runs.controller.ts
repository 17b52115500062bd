import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import {
  ContactDeliveryResponse,
  DeliveryQuery,
  DeliveryResponse,
  ReconciliationResponse,
  RunResponse,
} from './delivery.dto.js';
import { ReconciliationService } from './reconciliation.service.js';
import { RunReportService } from './run-report.service.js';

@ApiTags('Runs')
@ApiBearerAuth()
@Controller()
export class RunsController {
  constructor(
    private readonly runs: RunReportService,
    private readonly reconciliations: ReconciliationService,
  ) {}

  /** Lists the runs of a campaign, newest first; skipped and missed occurrences are among them with their reason. */
  @Get('campaigns/:id/runs')
  @RequireScope('read')
  @ApiProblems(400, 404)
  ofCampaign(@Param('id', Id) id: number, @Query() query: PageQuery): Promise<RunResponse[]> {
    return this.runs.ofCampaign(id, query);
  }

  /** Shows a run with its counts. */
  @Get('runs/:id')
  @RequireScope('read')
  @ApiProblems(404)
  get(@Param('id', Id) id: number): Promise<RunResponse> {
    return this.runs.get(id);
  }

  /**
   * Lists what became of each recipient, with every failed try and the provider's words. Refused with `LEDGER_DROPPED` for
   * a run that is older than this is kept (`RETENTION_DAYS`).
   */
  @Get('runs/:id/deliveries')
  @RequireScope('read')
  @ApiProblems(400, 404, 409)
  deliveries(@Param('id', Id) id: number, @Query() query: DeliveryQuery): Promise<DeliveryResponse[]> {
    return this.runs.deliveries(id, query);
  }

  /**
   * Lists what became of a contact, the newest run first. Where it is still pending it has no outcome, and runs that are older
   * than this is kept (`RETENTION_DAYS`) are not among them.
   */
  @Get('contacts/:id/deliveries')
  @RequireScope('read')
  @ApiProblems(400, 404)
  ofContact(@Param('id', Id) id: number, @Query() query: PageQuery): Promise<ContactDeliveryResponse[]> {
    return this.runs.ofContact(id, query);
  }

  /**
   * Recomputes the run's counts from the ledger, compares run, batches and ledger, and names any difference. Where the
   * ledger was dropped there is nothing to compare, and it says since when.
   */
  @Get('runs/:id/reconciliation')
  @RequireScope('read')
  @ApiProblems(404)
  reconciliation(@Param('id', Id) id: number): Promise<ReconciliationResponse> {
    return this.reconciliations.of(id);
  }
}
