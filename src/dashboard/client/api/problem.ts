import type { Problem } from './types.js';

/** What the API refused, as it said so (RFC 9457), or what kept us from asking. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: { pointer: string; message: string }[] = [],
  ) {
    super(message);
  }
}

/** The problem of an answer that is none of 2xx. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const problem = (await response
    .clone()
    .json()
    .catch(() => null)) as Problem | null;
  if (!problem?.code)
    return new ProblemError(response.status, 'NO_PROBLEM', `The server answered ${response.status} without a reason.`);
  return new ProblemError(response.status, problem.code, problem.detail || problem.title, problem.errors);
}

/** What to tell of anything that was thrown. */
export function wordsOf(error: unknown): string {
  if (error instanceof ProblemError) return error.message;
  // A fetch that reaches nobody throws a TypeError, whose words differ by browser.
  if (error instanceof TypeError) return 'The server does not answer. Is it running?';
  return error instanceof Error ? error.message : String(error);
}

/** The messages by field, `/send_window/from` as `send_window/from`: what a form shows beside its inputs. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  return Object.fromEntries(error.fields.map(({ pointer, message }) => [pointer.replace(/^\//, ''), message]));
}
