import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Instant } from '../platform/instant.decorator.js';
import { PageQuery } from '../platform/page.dto.js';
import type { ActorKind } from './domain/audit-chain.js';

/** Which entries to list. */
export class AuditQuery extends PageQuery {
  /**
   * Only this action.
   * @example "campaign.launched"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  action?: string;

  /**
   * Only what was done by a key of this name, or by the user with this address.
   * @example "CRM sync"
   */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  actor?: string;

  /**
   * Only what was done to things of this kind.
   * @example "campaign"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  target?: string;

  /**
   * Only what was done to the one with this id.
   * @example "7"
   */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  target_id?: string;

  /** Only what was done then or later. */
  @IsOptional()
  @Instant()
  from?: Date;

  /** Only what was done before. */
  @IsOptional()
  @Instant()
  until?: Date;
}

/** Who did it. */
export class AuditActor {
  kind: ActorKind;
  /** Of the key or user; null for who has none. */
  id: number | null;
  /**
   * The key's name, the user's address, or the account at the terminal.
   * @example "first key"
   */
  name: string;
}

/** What somebody did. */
export class AuditEntryResponse {
  /**
   * Its place in the chain; there are no gaps.
   * @example 42
   */
  id: number;
  at: Date;
  actor: AuditActor;
  /** @example "campaign.launched" */
  action: string;
  /** @example "campaign" */
  target: string;
  /**
   * Null where the act was about no single one.
   * @example "7"
   */
  target_id: string | null;
  /** The id of the request; null for what came by no request. */
  request_id: string | null;
  /**
   * From where the request came; behind a proxy, as a trusted one tells. Null for what came by no request.
   * @example "203.0.113.5"
   */
  address: string | null;
  /**
   * Which fields were given, and how many things it was about; in `values` what somebody may do from then on: scopes, networks,
   * role, end. Never secrets, and nothing of contacts.
   */
  details: Record<string, unknown>;
  /** SHA-256 over the hash before it and this entry. */
  hash: string;
}
