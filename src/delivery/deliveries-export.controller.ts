import { Controller, Get, Headers, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { type CsvColumns, downloadRows } from '../platform/download.js';
import { Id } from '../platform/id.pipe.js';
import { ApiDownload, ApiProblems } from '../platform/openapi.js';
import { DeliveryExportQuery } from './deliveries-export.dto.js';
import type { DeliveryResponse } from './delivery.dto.js';
import { RunReportService } from './run-report.service.js';

/** Deliveries read together. */
const TOGETHER = 1_000;

const COLUMNS: CsvColumns<DeliveryResponse> = {
  run_id: (delivery) => delivery.run_id,
  contact_id: (delivery) => delivery.contact_id,
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  outcome: ({ outcome }) => outcome,
  reason: ({ reason }) => reason,
  attempts: ({ attempts }) => attempts,
  provider_message_id: (delivery) => delivery.provider_message_id,
  at: ({ at }) => at.toISOString(),
  last_code: (delivery) => delivery.failed_attempts.at(-1)?.code ?? null,
  last_response: (delivery) => delivery.failed_attempts.at(-1)?.response ?? null,
  variant: ({ variant }) => variant,
};

@ApiTags('Runs')
@ApiBearerAuth()
@Controller('runs')
export class DeliveriesExportController {
  constructor(private readonly runs: RunReportService) {}

  /**
   * Downloads what became of each recipient as CSV or NDJSON, in the order of contact ids; of the tries that failed CSV has
   * the last one's code and the provider's words. Refused with `LEDGER_DROPPED` like the list.
   */
  @Get(':id/deliveries/export')
  @RequireScope('read')
  @Audited('run.deliveries_exported', 'after')
  @ApiDownload('text/csv', 'application/x-ndjson')
  @ApiProblems(400, 404, 409)
  async export(
    @Param('id', Id) id: number,
    @Query() query: DeliveryExportQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<StreamableFile> {
    return downloadRows(await this.pages(id, query), COLUMNS, query, accept, `run-${id}-deliveries`);
  }

  /** The first page is read at once, so that a run that is not there is answered as such. */
  private async pages(id: number, { outcome }: DeliveryExportQuery): Promise<AsyncGenerator<DeliveryResponse[]>> {
    const read = (cursor: string | undefined) => this.runs.deliveries(id, { outcome, cursor, limit: TOGETHER });
    const first = await read(undefined);
    return (async function* () {
      for (let page = first; ; page = await read(page.next)) {
        yield page;
        if (page.next === null) return;
      }
    })();
  }
}
