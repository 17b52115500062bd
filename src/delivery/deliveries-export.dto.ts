import { IsIn, IsOptional } from 'class-validator';
import { ExportQuery } from '../platform/export.dto.js';
import { type Outcome, OUTCOMES } from './domain/outcome.js';

/** Which deliveries of a run to download, and in which form. */
export class DeliveryExportQuery extends ExportQuery {
  /** Only these. */
  @IsOptional()
  @IsIn(OUTCOMES)
  outcome?: Outcome;
}
