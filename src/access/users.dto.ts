import { IsEmail, IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { type Role, ROLES } from './domain/role.js';

/** A user to make. */
export class CreateUser {
  /** @example "ann@example.com" */
  @IsEmail({ require_tld: false })
  @MaxLength(254)
  email: string;

  /**
   * What they may do: everything, change things, or look.
   * @example "editor"
   */
  @IsIn(ROLES)
  role: Role;
}

/** What to change of a user; what is not given stays. */
export class UpdateUser {
  /** @example "ann@example.com" */
  @IsOptional()
  @IsEmail({ require_tld: false })
  @MaxLength(254)
  email?: string;

  /** @example "viewer" */
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;
}

/** Another password of one's own. */
export class ChangePassword {
  /** The present one; left out by who has none yet. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  password?: string;

  /** @example "correct horse battery" */
  @IsString()
  @Length(12, 200)
  new_password: string;
}

/** A user; never the password. */
export class UserResponse {
  /** @example 1 */
  id: number;
  /** @example "ann@example.com" */
  email: string;
  role: Role;
  /** Whether they have chosen one; else they come in by a link. */
  has_password: boolean;
  created_at: Date;
  /** Null for never. */
  signed_in_at: Date | null;
}

/** A link by which its user comes in. */
export class SignInLinkResponse {
  /** @example "http://127.0.0.1:3000/dashboard/#link=5xQaVd8a2yXoVQ0oJb9m1vCqzJ0mXwKk3v8r1sZ7f6E" */
  url: string;
  /** From when on it is worth nothing. */
  expires_at: Date;
}
