/** Where a try stood when it failed. `body` is anything after the server's 354, up to and including the answer to the dot. */
export type SmtpStage = 'connect' | 'tls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'body';

/** Everything known about a failed try, and nothing concluded from it. */
export interface SmtpFailure {
  stage: SmtpStage;
  /** True once a single byte of the message was handed over; from then on silence proves nothing (RFC 1047). */
  bodyRead: boolean;
  /** The reply code (400–599); null when the server gave no answer. */
  code: number | null;
  /** RFC 3463 status such as `4.2.1`; null when the reply carries none. */
  enhancedCode: string | null;
  /** The server's words, or the error's when there are none. */
  response: string;
  /** `ETIMEDOUT`, `EDNS`, `ECONNECTION`…; null when the failure is a reply. */
  errno: string | null;
}

interface Answer {
  code: string;
  enhancedCode?: string;
  response: string;
}

/** What a failed try means for the recipient: the failing half of a provider's SendResult. */
export type SmtpOutcome =
  | ({ outcome: 'rejected' } & Answer)
  | ({ outcome: 'deferred'; scope: 'recipient' | 'provider' | 'account'; retryAfterMs?: number } & Answer)
  | ({ outcome: 'unknown' } & Answer);

type Verdict = 'rejected' | 'recipient' | 'provider' | 'account' | 'unknown';

/** A row holds when every condition it names holds; the first row that holds decides. */
interface ReplyRow {
  codes?: readonly number[];
  /** First digit of the code. */
  digit?: 4 | 5;
  enhanced?: RegExp;
  stages?: readonly SmtpStage[];
  text?: RegExp;
  verdict: Verdict;
  retryAfterMs?: number;
}

const GREYLIST_DELAY_MS = 5 * 60_000;
/** A server that says "slower" in the middle of a session is left alone for so long, by everybody. */
const THROTTLE_MS = 10_000;
const RATE_TEXT = /throttl|rate[ -]?limit|(?:sending|unusual) rate|too (?:many|fast|quickly)/i;

/** A server that closes a connection because nothing came over it; of the rate it says nothing. */
const IDLE_TEXT = /\bidle|time(?:d)?[ -]?out|inactiv/i;
const SLOWER_TEXT = new RegExp(`${RATE_TEXT.source}|slow`, 'i');

/** RFC 5321 §4.2 with RFC 3463 and RFC 5248: precise rows first, the plain 4yz and 5yz last. */
const REPLY_ROWS: readonly ReplyRow[] = [
  { codes: [421], stages: ['mail', 'rcpt', 'data', 'body'], verdict: 'provider', retryAfterMs: THROTTLE_MS },
  { codes: [421], verdict: 'provider' },
  { enhanced: /^4\.(?:3\.2|4\.\d+)$/, verdict: 'provider' },
  { codes: [530, 535], verdict: 'account' },
  { enhanced: /^5\.7\.(?:8|13)$/, verdict: 'account' },
  { stages: ['auth'], digit: 5, verdict: 'account' },
  { stages: ['connect', 'tls', 'auth'], verdict: 'provider' },
  { codes: [503], text: /auth/i, verdict: 'account' },
  // Commands out of order: the session is confused, the message was not judged.
  { codes: [503], verdict: 'provider' },
  { stages: ['mail'], digit: 5, verdict: 'account' },
  // A full mailbox may be emptied, whether the server calls it 4.2.2 or 5.2.2.
  { enhanced: /^(?:4\.2\.[12]|5\.2\.2)$/, verdict: 'recipient' },
  { digit: 4, text: /gr[ae]ylist/i, verdict: 'recipient', retryAfterMs: GREYLIST_DELAY_MS },
  { enhanced: /^4\.7\.28$/, verdict: 'provider', retryAfterMs: THROTTLE_MS },
  { digit: 4, text: RATE_TEXT, verdict: 'provider', retryAfterMs: THROTTLE_MS },
  { digit: 4, verdict: 'recipient' },
  { digit: 5, verdict: 'rejected' },
];

interface SilenceRow {
  bodyRead?: true;
  errno?: string;
  stage?: SmtpStage;
  verdict: Verdict;
  code: string;
}

/** No answer at all: whether the body was ever handed over tells "surely not accepted" from "cannot know". */
const SILENCE_ROWS: readonly SilenceRow[] = [
  { bodyRead: true, verdict: 'unknown', code: 'smtp_no_answer' },
  { errno: 'ETIMEDOUT', verdict: 'provider', code: 'smtp_timeout' },
  { errno: 'EDNS', verdict: 'provider', code: 'smtp_dns' },
  { errno: 'EAUTH', verdict: 'account', code: 'smtp_auth' },
  { errno: 'EPRIVATE', verdict: 'account', code: 'private_address' },
  { stage: 'tls', verdict: 'provider', code: 'smtp_tls' },
  { stage: 'connect', verdict: 'provider', code: 'smtp_connect' },
  { verdict: 'provider', code: 'smtp_connection_lost' },
];

/**
 * Tells what a failed SMTP try means. A reply is judged by its enhanced code if it has a telling one, else by stage and
 * basic code; a missing reply means `unknown` once the body was read, and "not accepted, the server's trouble" before.
 */
export function classifySmtpFailure(failure: SmtpFailure): SmtpOutcome {
  const reply = failure.code === null ? undefined : REPLY_ROWS.find((row) => replyMatches(row, failure));
  if (reply) return outcomeOf(reply.verdict, answerOf(failure, `smtp_${failure.code}`), reply.retryAfterMs);
  const silence = SILENCE_ROWS.find((row) => silenceMatches(row, failure))!;
  return outcomeOf(silence.verdict, answerOf(failure, silence.code));
}

/**
 * Whether a connection that had carried messages was over before the server saw this one (R9), which then takes a fresh
 * one. It hung up without a word, or with a 421 that says so after the connection was idle for long. Any other 421 is meant
 * for us: a server that finds us too fast closes the connection with it, and a fresh one would get the same.
 */
export function wasStale(failure: SmtpFailure, idleForLong: boolean): boolean {
  const { bodyRead, code, enhancedCode, errno, response } = failure;
  if (bodyRead) return false;
  if (code === null) return errno !== 'ETIMEDOUT';
  if (code !== 421 || enhancedCode?.startsWith('4.7.') || SLOWER_TEXT.test(response)) return false;
  return idleForLong || IDLE_TEXT.test(response);
}

/** Reads code and enhanced code off a reply; a code that is neither 4yz nor 5yz is no refusal and yields null. */
export function parseSmtpReply(text: string): { code: number | null; enhancedCode: string | null } {
  const match = /^([45]\d\d)(?!\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3})(?![\d.]))?/.exec(text);
  return { code: match ? Number(match[1]) : null, enhancedCode: match?.[2] ?? null };
}

function replyMatches(row: ReplyRow, { code, enhancedCode, stage, response }: SmtpFailure): boolean {
  return (
    (!row.codes || row.codes.includes(code!)) &&
    (!row.digit || Math.floor(code! / 100) === row.digit) &&
    (!row.enhanced || row.enhanced.test(enhancedCode ?? '')) &&
    (!row.stages || row.stages.includes(stage)) &&
    (!row.text || row.text.test(response))
  );
}

function silenceMatches(row: SilenceRow, { bodyRead, errno, stage }: SmtpFailure): boolean {
  return (!row.bodyRead || bodyRead) && (!row.errno || row.errno === errno) && (!row.stage || row.stage === stage);
}

function answerOf({ enhancedCode, response }: SmtpFailure, code: string): Answer {
  const words = response.replace(/\s+/g, ' ').trim().slice(0, 500);
  return enhancedCode === null ? { code, response: words } : { code, enhancedCode, response: words };
}

function outcomeOf(verdict: Verdict, answer: Answer, retryAfterMs?: number): SmtpOutcome {
  if (verdict === 'rejected' || verdict === 'unknown') return { outcome: verdict, ...answer };
  return { outcome: 'deferred', scope: verdict, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...answer };
}
