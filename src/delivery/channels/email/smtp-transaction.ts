import type { SmtpFailure } from '../../domain/smtp-reply.js';
import { failureOf, refused, type SmtpError } from './smtp-failure.js';

/** What one transaction came to: the server's 250 text, why not, or that permission for it was withdrawn. */
export type TransactionEnd = { accepted: string } | { failure: SmtpFailure } | 'not_started';

/**
 * How a transaction ended, and what is left to do: `reset` where the server still holds a half of it (RFC 5321 §4.1.1.5),
 * `cut` where it must not get another byte.
 */
export interface TransactionOver {
  end: TransactionEnd;
  then: 'reset' | 'cut' | 'nothing';
}

/** What a reply asks of the session: to say more, to hand the message over, to end the transaction, or nothing yet. */
export type Step =
  | 'wait'
  | { say: string }
  | 'hand_over'
  | TransactionOver
  /** No reply to what was said; nothing that follows it can be trusted. */
  | 'nonsense';

type Command = 'mail' | 'rcpt' | 'data';

const NEXT = { mail: 'rcpt', rcpt: 'data' } as const;
const BEYOND_ASCII = /[^\x00-\x7f]/;

/**
 * One message on its way, as its conversation: what the replies mean, without a socket. Where the server takes commands in
 * a row (RFC 2920) MAIL, RCPT and DATA leave at once and the message follows only after every one of them was granted.
 */
export class SmtpTransaction {
  /** What the next reply answers. */
  private stage: Command | 'body' = 'mail';
  private refusal: SmtpFailure | null = null;
  private readonly commands: Record<Command, string>;
  /**
   * Whether a byte of the message left. As long as none did it was surely not accepted; afterwards only a reply can tell
   * (R9). Set it right before the message is written.
   */
  handedOver = false;

  constructor(
    from: string,
    to: string,
    private readonly pipelined: boolean,
  ) {
    const utf8 = BEYOND_ASCII.test(from + to) ? ' SMTPUTF8' : '';
    this.commands = { mail: `MAIL FROM:<${from}>${utf8}\r\n`, rcpt: `RCPT TO:<${to}>\r\n`, data: 'DATA\r\n' };
  }

  /** Whether the server granted every command, so that the message is leaving or has left. */
  get isGranted(): boolean {
    return this.stage === 'body';
  }

  /** What it begins with. */
  get opening(): string {
    const { mail, rcpt, data } = this.commands;
    return this.pipelined ? mail + rcpt + data : mail;
  }

  /** Takes the server's next reply. */
  hear(reply: string): Step {
    if (this.stage === 'body') return this.judge(reply);
    const refuses = isRefusal(reply);
    if (refuses) this.refusal ??= refused(this.stage, reply);
    else if (!this.grants(reply)) return 'nonsense';
    if (this.stage === 'data') return this.decide(refuses);
    if (this.refusal && !this.pipelined) return { end: { failure: this.refusal }, then: 'reset' };
    this.stage = NEXT[this.stage];
    return this.pipelined ? 'wait' : { say: this.commands[this.stage] };
  }

  /** Why it failed when the connection was lost: a refusal that came before that stands. */
  lost(error: SmtpError): SmtpFailure {
    return this.refusal ?? failureOf(error, this.stage, this.handedOver);
  }

  /** Servers too old for pipelining are known to answer DATA with 250; in a row of answers it is one that slipped. */
  private grants(reply: string): boolean {
    return reply.startsWith('3')
      ? this.stage === 'data'
      : reply.startsWith('2') && !(this.stage === 'data' && this.pipelined);
  }

  private decide(refuses: boolean): Step {
    if (!this.refusal) {
      this.stage = 'body';
      return 'hand_over';
    }
    // DATA granted after MAIL or RCPT was refused: whatever we wrote now could be taken for a message. Cut off before the
    // dot, it is none (RFC 5321 §4.1.1.10).
    return { end: { failure: this.refusal }, then: refuses ? 'reset' : 'cut' };
  }

  private judge(reply: string): Step {
    if (reply.startsWith('2')) return { end: { accepted: reply }, then: 'nothing' };
    return isRefusal(reply) ? { end: { failure: refused('body', reply) }, then: 'nothing' } : 'nonsense';
  }
}

function isRefusal(reply: string): boolean {
  return /^[45]\d\d(?!\d)/.test(reply);
}
