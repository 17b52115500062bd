import { IsOptional, IsString } from 'class-validator';
import { ExportQuery } from '../platform/export.dto.js';

/** Which contacts to download, and in which form. */
export class ContactExportQuery extends ExportQuery {
  /** Members of the segment with this name; everyone unless given. */
  @IsOptional()
  @IsString()
  segment?: string;
}
