import { PartialType } from '@nestjs/swagger';
import {
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { ContactResponse } from './contacts.dto.js';
import { SEGMENT_NAME } from './domain/segment-name.js';
import type { SegmentKind } from './segment.entity.js';

/** A new segment: static, or with `rule` by rule. */
export class CreateSegment {
  /**
   * Unique; what campaigns name in `target_segment`.
   * @example "vip"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  @Matches(SEGMENT_NAME, {
    message: 'name must not contain control characters, nor start or end with a space',
  })
  name: string;

  /** @example "People who bought three times" */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string | null;

  /**
   * Who belongs, whenever it is asked: a tree of groups (`all`, `any`, `not`; at most 5 in one another) over at most 50
   * conditions.
   *
   * - `{"field": "created_at", "op": "within_last", "value": "30 days"}`, `{"attribute": "plan", "op": "eq", "value":
   *   "pro"}`. Fields: email, phone, external_id, first_name, last_name, locale, time_zone, email_consent, sms_consent,
   *   push_consent, created_at, updated_at. An attribute is compared as what JSON the value is: `5` is not `"5"`.
   * - Ops: eq, ne, in, not_in, lt, lte, gt, gte, between, contains, starts_with, ends_with, exists, missing; of an
   *   attribute that is a list: has; of times (fields, and attributes in ISO 8601): before, after, within_last,
   *   within_next. Texts are compared as they are written, in the order of their characters in Unicode.
   * - Times: ISO 8601 (UTC without an offset), `now`, `30 days ago`, `2 weeks from now`; spans: `30 days`, seconds to years.
   * - `{"segment": "vip"}`: in that segment, static or by rule.
   * - `{"received": {"campaign": 3}}`: was sent a message of that campaign (or it is in doubt whether); so are `opened` and
   *   `clicked`. `{"opened": {"within_last": "30 days", "channel": "email"}}`: of any campaign in that time.
   *
   * A comparison with what is missing or of another kind does not hold; `not`, `ne` and `not_in` hold where their opposite
   * does not: so they fit who has no such attribute, and who has a list, whatever is in it; of lists ask `has`.
   * @example { "all": [{ "attribute": "plan", "op": "eq", "value": "pro" }, { "field": "created_at", "op": "within_last", "value": "90 days" }] }
   */
  @ValidateIf((_, value) => value !== undefined)
  @IsObject()
  rule?: Record<string, unknown>;
}

/** Changes to a segment; `rule` only of one by rule. Runs that are open keep the rule they were opened with. */
export class UpdateSegment extends PartialType(CreateSegment, { skipNullProperties: false }) {}

/** What to look at before there is a segment. */
export class PreviewSegment {
  /**
   * As of a segment.
   * @example { "attribute": "plan", "op": "eq", "value": "pro" }
   */
  @IsObject()
  rule: Record<string, unknown>;

  /**
   * How long an exact count may take, in milliseconds, before an estimate is given instead.
   * @example 250
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5_000)
  time_limit_ms?: number;
}

/** Who belongs at the moment of asking. */
export class PreviewResponse {
  /**
   * Exact; null where counting takes longer than the limit.
   * @example 1200
   */
  count: number | null;
  /** Only where there is no count: extrapolated from a part of the contacts; where even that takes too long, what statistics say. */
  estimate: number | null;
  /** Up to ten of them, the newest first where there was time to look for those. */
  sample: ContactResponse[];
}

/** A segment and its present size. */
export class SegmentResponse {
  /** @example 3 */
  id: number;
  /** @example "vip" */
  name: string;
  /** @example "static" */
  kind: SegmentKind;
  description: string | null;
  /** Of a segment by rule; null for a static one. */
  rule: Record<string, unknown> | null;
  /** Members at the moment of asking; null where that takes too long to tell. */
  size: number | null;
  /** `estimate` where a rule takes too long to count, and in lists where contacts are too many to look at all of them. */
  size_is: 'exact' | 'estimate' | 'unknown';
  /** Rises with every edit; the ETag. */
  version: number;
  created_at: Date;
  updated_at: Date;
}
