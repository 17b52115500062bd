import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';

/** In which form to download a list. */
export class ExportQuery {
  /**
   * `csv` (RFC 4180, UTF-8) or `ndjson`, a JSON object a line; unless it is given, what `Accept` asks for, or CSV.
   * @example "csv"
   */
  @IsOptional()
  @IsIn(['csv', 'ndjson'])
  format?: 'csv' | 'ndjson';

  /**
   * CSV as it is. Unless this is said, a `'` goes before cells that a spreadsheet would compute: those that begin with
   * `=`, `+`, `-`, `@`, a tab or a carriage return. An import takes it off again.
   */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  raw: boolean = false;
}
