import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpFailure } from '../../domain/smtp-reply.js';
import { dotStuffed } from './dot-stuffing.js';
import { failureOf, hungUp, type SmtpError, tookTooLong } from './smtp-failure.js';
import { SmtpLine } from './smtp-line.js';
import type { SmtpTimeouts } from './smtp-timeouts.js';
import { SmtpTransaction, type TransactionEnd, type TransactionOver } from './smtp-transaction.js';

/** One message for one recipient. */
export interface Parcel {
  from: string;
  to: string;
  /** The whole message, its lines ended by CRLF. */
  message: Buffer;
  /** Asked right before the first byte. */
  mayStart: () => boolean;
}

interface Flight {
  parcel: Parcel;
  transaction: SmtpTransaction;
  /** Whether it was begun behind another message, before the answer to that one. */
  chained: boolean;
  land: (end: TransactionEnd) => void;
}

/** How long a polite goodbye may take before the connection is simply closed. */
const QUIT_MS = 2_000;

/** Behind a larger message nothing is put: it may take its time, and its refusal may come halfway. */
const CHAINABLE_BYTES = 64 * 1024;

const DOT = Buffer.from('.\r\n');

/** The server saw nothing of the message, or nothing that counts. */
const HUNG_UP: TransactionEnd = { failure: failureOf(hungUp(), 'mail', false) };

/**
 * One open SMTP connection, built right after its handshake, carrying one transaction after another, each for one recipient.
 * The commands of the next may leave together with the message before it (RFC 2920 §3.1), so that a message takes one
 * packet there and one back.
 */
export class SmtpSession {
  /** Transactions carried so far. */
  transactions = 0;
  readonly offersUtf8: boolean;
  /** Resolves when the connection is over, whoever ended it. */
  readonly ended: Promise<void>;
  /** Called when a message leaves: what `transact` is given now follows it at once. */
  onRoom: () => void = () => undefined;
  /** Whether the server turned out to be at odds with a message whose commands came behind another message. */
  dislikesChains = false;
  private readonly pipelining: boolean;
  private readonly line: SmtpLine;
  private readonly flights: Flight[] = [];
  /** Who waits for the reply to RSET or QUIT. */
  private onReply: ((reply: string) => void) | null = null;
  private limit: NodeJS.Timeout | undefined;
  private needsReset = false;
  private usedAt = performance.now();

  /** `offers` is the server's reply to EHLO. */
  constructor(
    connection: SMTPConnection,
    offers: string,
    private readonly timeouts: SmtpTimeouts,
  ) {
    this.offersUtf8 = /^250[ -]SMTPUTF8\b/im.test(offers);
    this.pipelining = /^250[ -]PIPELINING\b/im.test(offers);
    this.ended = new Promise((resolve) => connection.once('end', resolve));
    this.line = new SmtpLine(connection, {
      hear: (reply) => this.hear(reply),
      // The commands of the next message may wait here when the answer to the one before it comes.
      awaitsReply: () => this.flights[0]?.transaction.handedOver === true,
      lost: (error, lastWords) => this.lose(error, lastWords),
    });
  }

  get isOpen(): boolean {
    return this.line.isOpen;
  }

  /** Whether messages are on their way. */
  get isBusy(): boolean {
    return this.flights.length > 0;
  }

  /** Milliseconds since its last message had its answer; 0 while one is on its way. */
  get idleMs(): number {
    return this.isBusy ? 0 : performance.now() - this.usedAt;
  }

  /** Open, and not in need of a refresh. */
  get isReady(): boolean {
    return this.isOpen && !this.needsReset;
  }

  /** Runs one transaction. Resolves in every case, at the latest when the timeouts of all its steps are used up. */
  transact(parcel: Parcel): Promise<TransactionEnd> {
    if (!parcel.mayStart()) return Promise.resolve('not_started');
    this.transactions++;
    return new Promise((land) => this.begin(parcel, land));
  }

  /** Makes the session fit for another transaction. False if it no longer is one. */
  async refresh(): Promise<boolean> {
    if (this.needsReset && this.isOpen) {
      this.needsReset = false;
      const lost = this.ended.then(() => '');
      if (!(await Promise.race([this.command('RSET\r\n'), lost])).startsWith('2')) this.line.cut();
    }
    return this.isOpen;
  }

  /** Says QUIT and waits for the end of the connection. */
  async quit(): Promise<void> {
    if (!this.isOpen) return;
    const limit = setTimeout(() => this.line.cut(), QUIT_MS);
    void this.command('QUIT\r\n').then(() => this.line.end());
    await this.ended;
    clearTimeout(limit);
  }

  private begin(parcel: Parcel, land: Flight['land']): void {
    // Commands in the midst of another message would be read as part of it: they follow one that is on its way, or none.
    if (!this.isOpen || !this.hasRoom()) return land(HUNG_UP);
    const transaction = new SmtpTransaction(parcel.from, parcel.to, this.pipelining);
    this.flights.push({ parcel, transaction, chained: this.isBusy, land });
    this.line.say(transaction.opening);
    if (this.flights.length === 1) this.watch();
  }

  private hasRoom(): boolean {
    return this.flights.every(({ transaction }) => transaction.isGranted);
  }

  private hear(reply: string): void {
    const { onReply } = this;
    this.onReply = null;
    if (onReply) return onReply(reply);
    const flight = this.flights[0];
    const step = flight ? flight.transaction.hear(reply) : 'nonsense';
    if (step === 'nonsense') this.line.cut('The server answered what it was not asked');
    else if (step === 'hand_over') this.handOver(flight!);
    else if (step !== 'wait' && 'say' in step) this.line.say(step.say);
    else if (step !== 'wait') this.land(flight!, step);
    // Whatever it answers, it is the last reply (RFC 5321 §3.8).
    if (reply.startsWith('421')) this.line.cut();
  }

  private handOver(flight: Flight): void {
    const { message, mayStart } = flight.parcel;
    // It was begun before the answer to another message, which may have taken its time or told us to stop.
    if (flight.chained && !mayStart()) return this.land(flight, { end: 'not_started', then: 'cut' });
    this.line.allowSilence(this.timeouts.answerMs);
    this.line.say(dotStuffed(message), () => (flight.transaction.handedOver = true));
    this.line.say(DOT);
    if (this.pipelining && this.flights.length === 1 && message.length <= CHAINABLE_BYTES) this.onRoom();
  }

  private land(flight: Flight, { end, then }: TransactionOver): void {
    this.flights.shift();
    this.usedAt = performance.now();
    this.watch();
    if (this.choked(flight, end)) return this.unchain(flight, then);
    this.needsReset = then === 'reset';
    // Refused while it was still on its way: what remains of it would be read as commands.
    const halfway = isFailure(end) && then === 'nothing' && this.line.isBehind;
    flight.land(end);
    if (then === 'cut' || halfway) this.line.cut();
  }

  /** Begins a message anew that was refused behind another: only on its own does the refusal count. */
  private unchain({ parcel, land }: Flight, then: TransactionOver['then']): void {
    if (then === 'reset' && parcel.mayStart()) return this.begin(parcel, land);
    land(then === 'reset' ? 'not_started' : HUNG_UP);
    if (then === 'cut') this.line.cut();
  }

  /** A message that got no further than MAIL behind another: perhaps this server reads nothing that comes behind one. */
  private choked({ chained }: Flight, end: TransactionEnd): boolean {
    const choked = chained && isFailure(end) && end.failure.stage === 'mail' && end.failure.code !== 421;
    this.dislikesChains ||= choked;
    return choked;
  }

  private lose(error: SmtpError, lastWords: string): void {
    clearTimeout(this.limit);
    const [head, ...behind] = this.flights.splice(0);
    if (!head) return;
    const step = /^[45]\d\d[ -]/.test(lastWords) ? head.transaction.hear(lastWords) : 'wait';
    const told = typeof step === 'object' && 'end' in step;
    const end = told ? step.end : { failure: head.transaction.lost(error) };
    head.land(this.choked(head, end) ? HUNG_UP : end);
    for (const { land } of behind) land(HUNG_UP);
  }

  /** Limits how long the first message on its way may take in all, however busily the server says nothing. */
  private watch(): void {
    clearTimeout(this.limit);
    const { commandMs, answerMs } = this.timeouts;
    if (!this.isBusy) return this.line.allowSilence(commandMs);
    this.limit = setTimeout(
      () => {
        this.lose(tookTooLong(), '');
        this.line.cut();
      },
      3 * commandMs + answerMs,
    );
  }

  private command(words: string): Promise<string> {
    this.line.say(words);
    return new Promise((resolve) => (this.onReply = resolve));
  }
}

function isFailure(end: TransactionEnd): end is { failure: SmtpFailure } {
  return end !== 'not_started' && 'failure' in end;
}
