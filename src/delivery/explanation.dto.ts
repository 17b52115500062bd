import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { AttemptResponse } from './delivery.dto.js';
import type { Verdict } from './domain/explanation.js';
import type { Outcome } from './domain/outcome.js';

/** What is to be explained. */
export class ExplainQuery {
  /**
   * Why this contact got the message, or not; without it, why the campaign has not started.
   * @example 17
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  contact_id?: number;

  /** In this run of the campaign; the one that is going, or the latest, unless given. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  run_id?: number;
}

/** What one rule says. */
export class ExplainedRule {
  /**
   * Stable; for programs.
   * @example "consent"
   */
  rule: string;

  /**
   * `pass`: it lets the message through. `stop`: it does not. `wait`: not yet. `unknown`: nobody can tell.
   * @example "stop"
   */
  verdict: Verdict;

  /**
   * For people.
   * @example "It opted out of email."
   */
  detail: string;
}

/** Every rule in the order in which the engine asks them, each with its verdict. */
export class ExplanationResponse {
  /** @example 1 */
  campaign_id: number;
  /** The run that is explained; null while there is none. */
  run_id: number | null;
  contact_id: number | null;
  rules: ExplainedRule[];
  /** Of a contact: the tries that did not end in `sent`, with the provider's words. */
  attempts: AttemptResponse[];
  /** Of a contact: which variant it gets, or got; null where it has none, or none yet. */
  variant: string | null;
  /** Of a contact: what became of it; null while it is pending, or where it was not in the audience. */
  outcome: Outcome | null;
  /**
   * Of a contact: when it is tried next, not before its account takes messages again; null where it is not, and while only
   * people can set it going, as in a paused run.
   */
  next_try_at: Date | null;
}
