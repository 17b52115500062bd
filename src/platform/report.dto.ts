import { OmitType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ExportQuery } from './export.dto.js';

/** In which form to answer a report. */
export class ReportQuery extends OmitType(ExportQuery, ['format'] as const) {
  /**
   * `json`, or `csv` (RFC 4180, UTF-8) as a file; unless it is given, what `Accept` asks for, or JSON.
   * @example "json"
   */
  @IsOptional()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}
