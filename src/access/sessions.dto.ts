import { IsEmail, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type { Scope } from './domain/scope.js';

/** Who signs in. */
export class SignIn {
  /** @example "ann@example.com" */
  @IsEmail({ require_tld: false })
  email: string;

  /** @example "correct horse battery" */
  @IsString()
  @MaxLength(200)
  password: string;
}

/** A link that lets its user in once. */
export class SignInByLink {
  /** What stands behind `#link=` in it. */
  @IsString()
  @MaxLength(100)
  token: string;

  /**
   * The password by which the user comes in from now on; all other sessions end. Without it the present one stays.
   * @example "correct horse battery"
   */
  @IsOptional()
  @IsString()
  @Length(12, 200)
  password?: string;
}

/** Who is signed in, by a session or by an API key. */
export class SessionResponse {
  kind: 'key' | 'user';
  /** @example 1 */
  id: number;
  /**
   * The user's address, or the key's name.
   * @example "ann@example.com"
   */
  name: string;
  scopes: Scope[];
}
