import type { Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpFailure } from '../../domain/smtp-reply.js';
import { BodyStream } from './body-stream.js';
import { connectionLost, failureOf, timedOut, type SmtpError } from './smtp-failure.js';
import type { SmtpTimeouts } from './smtp-timeouts.js';

/** What one transaction came to: the server's 250 text, or why not. */
export type Transaction = { accepted: string } | { failure: SmtpFailure };

/** How long a polite goodbye may take before the connection is simply closed. */
const QUIT_MS = 2_000;

/** One open SMTP connection, built right after its handshake, carrying one transaction after another, each for one recipient. */
export class SmtpSession {
  /** Transactions carried so far. */
  transactions = 0;
  readonly offersUtf8: boolean;
  /** Resolves when the connection is over, whoever ended it. */
  readonly ended: Promise<void>;
  private needsReset = false;

  constructor(
    private readonly connection: SMTPConnection,
    private readonly timeouts: SmtpTimeouts,
  ) {
    // The last reply is the one to EHLO only until the login.
    this.offersUtf8 = /^250[ -]SMTPUTF8\b/im.test(connection.lastServerResponse || '');
    this.ended = new Promise((resolve) => connection.once('end', resolve));
    connection.on('error', () => undefined); // told to the transaction in flight; between two of them `end` says enough
  }

  get isOpen(): boolean {
    return !this.connection.destroyed;
  }

  /** Open, and not in need of a refresh. */
  get isReady(): boolean {
    return this.isOpen && !this.needsReset;
  }

  /** Runs one transaction. Resolves in every case, at the latest when the timeouts of all its steps are used up. */
  transact(from: string, to: string, message: Buffer): Promise<Transaction> {
    const { commandMs, answerMs } = this.timeouts;
    this.transactions++;
    return new Promise((resolve) => {
      const body = new BodyStream(message, () => this.beginBody());
      const settle = (transaction: Transaction): void => {
        clearTimeout(limit);
        this.connection.removeListener('end', onEnd);
        this.afterTransaction(transaction, body);
        resolve(transaction);
      };
      // nodemailer reports most broken connections itself, right after `end`; this catches those it forgets.
      const onEnd = (): void => queueMicrotask(() => settle({ failure: connectionLost('mail', body.wasRead) }));
      const giveUp = (): void => {
        settle({ failure: timedOut('mail', body.wasRead) });
        this.connection.close();
      };
      const limit = setTimeout(giveUp, 3 * commandMs + answerMs);
      this.connection.once('end', onEnd);
      this.connection.send({ from, to: [to] }, body, (error: SmtpError | null, info) =>
        settle(error ? { failure: failureOf(error, 'mail', body.wasRead) } : { accepted: info!.response }),
      );
    });
  }

  /** Makes the session fit for another transaction. False if it no longer is one. */
  async refresh(): Promise<boolean> {
    if (this.needsReset && this.isOpen) {
      this.needsReset = false;
      const lost = this.ended.then(() => false);
      const reset = new Promise<boolean>((resolve) => this.connection.reset((error) => resolve(!error)));
      if (!(await Promise.race([reset, lost]))) this.connection.close();
    }
    return this.isOpen;
  }

  /** Says QUIT and waits for the end of the connection. */
  async quit(): Promise<void> {
    if (!this.isOpen) return;
    const limit = setTimeout(() => this.connection.close(), QUIT_MS);
    this.connection.quit();
    await this.ended;
    clearTimeout(limit);
  }

  private beginBody(): void {
    const socket = this.socket();
    socket?.setTimeout(this.timeouts.answerMs);
    // The message and its closing dot are written in the same turn of the loop: one segment, one wakeup of the server.
    socket?.cork();
    setImmediate(() => socket?.uncork());
  }

  private afterTransaction(transaction: Transaction, body: BodyStream): void {
    this.socket()?.setTimeout(this.timeouts.commandMs);
    if ('accepted' in transaction || !this.isOpen) return;
    // Refused before the body: the server still holds a half-open transaction (RFC 5321 §4.1.1.5).
    if (!body.wasRead) this.needsReset = true;
    // Refused while the body was still on its way: what remains of it would be read as commands.
    else if (!body.readableEnded || this.socket()?.writableLength !== 0) this.connection.close();
  }

  private socket(): Socket | null {
    return this.connection._socket || null;
  }
}
