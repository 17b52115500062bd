import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';
import { Instant } from '../platform/instant.decorator.js';
import { type Scope, SCOPES } from './domain/scope.js';

/** A key to make. */
export class CreateKey {
  /**
   * What it is for.
   * @example "CRM sync"
   */
  @IsString()
  @Length(1, 100)
  name: string;

  /**
   * What it may do; a wider scope includes the narrower ones.
   * @example ["write"]
   */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  scopes: Scope[];

  /** From when on it is refused; without it, never. */
  @IsOptional()
  @Instant()
  expires_at?: Date | null;

  /**
   * From where it may be used: up to 50 IP addresses and networks in CIDR notation; without it, from anywhere. Behind a proxy
   * it is the address that a trusted one tells (`TRUSTED_PROXIES`).
   * @example ["203.0.113.0/24", "2001:db8::/32"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  networks?: string[] | null;
}

/** How a key is given another secret. */
export class RotateKey {
  /**
   * How many seconds the present secret works on; without it, none. A week at most.
   * @example 3600
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(604_800)
  overlap?: number;
}

/** A key; never its secret. */
export class KeyResponse {
  /** @example 3 */
  id: number;
  /** @example "CRM sync" */
  name: string;
  /**
   * How it begins.
   * @example "ck_live_5xQa"
   */
  prefix: string;
  scopes: Scope[];
  /**
   * From where it may be used; null for from anywhere. Elsewhere it is refused: 403 `NETWORK_REFUSED`.
   * @example ["203.0.113.0/24"]
   */
  networks: string[] | null;
  created_at: Date;
  /** From when on it is refused; null for never. */
  expires_at: Date | null;
  /** When it was last used, exact to a few seconds; null for never. */
  last_used_at: Date | null;
  /** Until when the secret before the last rotation works; null where it does not. */
  old_secret_until: Date | null;
}

/** A key with its secret, which is shown this once. */
export class CreatedKey extends KeyResponse {
  /** @example "ck_live_5xQaVd8a2yXoVQ0oJb9m1vCqzJ0mXwKk3v8r1sZ7f6E" */
  key: string;
}
