import { ApiProperty, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { CampaignResponse } from './campaign-response.dto.js';
import { TrackingFields } from './tracking.dto.js';

/** That a campaign said something else from then on. */
export class VersionSummary {
  /** What runs call `content_version`. */
  number: number;
  created_at: Date;
  /** The API key that made it; null where no key did. */
  created_by: string | null;
  /**
   * What differs from the version before; empty for the first that is kept.
   * @example ["subject", "message"]
   */
  changed: string[];
}

/** What a campaign said. */
export class VersionResponse extends PickType(CampaignResponse, [
  ...(['channel', 'subject', 'message', 'format', 'kind', 'footer'] as const),
  ...(['preheader', 'reply_to', 'sender', 'text', 'headers', 'url', 'icon', 'variants'] as const),
] as const) {
  /** What was said about tracking; what was not has its default. */
  tracking: TrackingFields | null;
  /** What runs call `content_version`. */
  number: number;
  created_at: Date;
  /** The API key that made it; null where no key did. */
  created_by: string | null;
}

/** Which two versions to compare. */
export class VersionDiffQuery {
  /** @example 1 */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  from: number;

  /** @example 2 */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  to: number;
}

/** A field in which two versions differ. */
export class VersionChange {
  /** @example "subject" */
  field: string;
  /** Null where there was none. */
  @ApiProperty({ nullable: true, oneOf: [{ type: 'string' }, { type: 'object' }] })
  from: string | object | null;
  @ApiProperty({ nullable: true, oneOf: [{ type: 'string' }, { type: 'object' }] })
  to: string | object | null;
  /**
   * The difference of two texts, line by line, as a unified diff; null for what is no text, and where it takes too long.
   * @example "--- 1\n+++ 2\n@@ -1,1 +1,1 @@\n-Hello\n+Good morning\n"
   */
  patch: string | null;
}

/** How two versions differ. */
export class VersionDiffResponse {
  from: number;
  to: number;
  /** Empty where they say the same. */
  changes: VersionChange[];
}
