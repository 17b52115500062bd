import { PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ExportQuery } from '../platform/export.dto.js';
import { SEGMENT_NAME } from './domain/segment-name.js';
import type { ImportFormat, ImportStatus } from './imports/import.entity.js';

const Flag = () =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

/** How an uploaded file is to be taken. */
export class ImportQuery {
  /**
   * The static segment that every contact of the file is put into; made where there is none of this name. An import whose
   * segment is deleted meanwhile fails: what it has imported stays, and nothing makes the segment anew.
   * @example "vip"
   */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  @Matches(SEGMENT_NAME, {
    message: 'segment must not contain control characters, nor start or end with a space',
  })
  segment?: string;

  /**
   * Which column is what, where its name does not say so: pairs of a column and a field, `attributes.<name>`, or `-` for a
   * column to leave out. A column that is named like a field is that field; any other is an attribute.
   * @example "E-Mail:email,Plan:attributes.plan,Notes:-"
   */
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  map?: string;

  /** Checks and counts everything, and changes no contact. */
  @IsOptional()
  @Flag()
  @IsBoolean()
  dry_run: boolean = false;

  /**
   * Lets the file give back a consent that a call or a file took away, or that is not confirmed. Unless this is said, a file
   * may only take consent away from contacts that are known already: it is older than what they said themselves. No file
   * lifts a suppression or subscribes who opted out: of such a row everything else is taken.
   */
  @IsOptional()
  @Flag()
  @IsBoolean()
  overwrite_consent: boolean = false;
}

/** In which form to download refused rows. */
export class RejectedQuery extends PickType(ExportQuery, ['format'] as const) {}

/** A file that was taken in. */
export class ImportAccepted {
  /**
   * Ask `GET /imports/{id}` how far it is.
   * @example 3
   */
  id: number;
}

/** An import; at every instant total = created + updated + unchanged + duplicates + rejected. */
export class ImportResponse {
  /** @example 3 */
  id: number;
  /** `uploading`, `queued`, `processing`, and at its end `completed`, `failed` or `cancelled`. */
  status: ImportStatus;
  /** Why it failed, with the line where there is one. What was counted until then has been imported. */
  reason: string | null;
  format: ImportFormat;
  /** @example "vip" */
  segment: string | null;
  /** The columns of the file; null until they are known. */
  columns: string[] | null;
  dry_run: boolean;
  overwrite_consent: boolean;
  /** Size of the file, unpacked; so far, while it is being uploaded. */
  bytes: number;
  /** How much of it is done. */
  bytes_done: number;
  /** Rows done so far, the header and blank ones aside. */
  total: number;
  created: number;
  updated: number;
  /** Rows whose contact is like that already. */
  unchanged: number;
  /** Rows about a contact that the file has elsewhere, too; of these the last one wins, field by field. */
  duplicates: number;
  /** Rows that were refused; `GET /imports/{id}/rejected` has the first 1,000 with the reason. */
  rejected: number;
  created_at: Date;
  /** When the work on it began. */
  started_at: Date | null;
  finished_at: Date | null;
}
