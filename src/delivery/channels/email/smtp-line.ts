import type { Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { ReplyReader } from './reply-reader.js';
import { hungUp, type SmtpError } from './smtp-failure.js';

/** Who hears what comes over a line. */
export interface LineListener {
  /** The server's next reply, to something that was said before. */
  hear(reply: string): void;
  /** Whether a reply is due to what has left, asked where something was said that has not. */
  awaitsReply(): boolean;
  /** The line is dead; `lastWords` is what the server had begun to say, if anything. Told at most once. */
  lost(error: SmtpError, lastWords: string): void;
}

/**
 * The line to a server once nodemailer has opened it: the handshake, encryption and login are its work, and so is watching
 * the socket for errors and silence. What is said within one turn of the loop leaves in one packet.
 */
export class SmtpLine {
  private readonly replies = new ReplyReader();
  private readonly unsent: Buffer[] = [];
  private readonly beforeSending: (() => void)[] = [];
  private readonly socket: Socket | null;

  constructor(
    private readonly connection: SMTPConnection,
    private readonly listener: LineListener,
  ) {
    this.socket = connection._socket || null;
    this.socket?.setNoDelay().removeAllListeners('data');
    this.socket?.on('data', (packet: Buffer) => this.read(packet));
    connection.on('error', (error: SmtpError) => this.listener.lost(error, this.replies.lastWords()));
    connection.once('end', () => this.listener.lost(hungUp(), this.replies.lastWords()));
  }

  get isOpen(): boolean {
    return !this.connection.destroyed && this.socket?.writable === true;
  }

  /** Whether something that was said is still here. */
  get isBehind(): boolean {
    return this.unsent.length > 0 || this.socket?.writableLength !== 0;
  }

  /** Says something; `leaving` is called right before it leaves. */
  say(words: string | Buffer, leaving?: () => void): void {
    if (this.unsent.length === 0) setImmediate(() => this.flush());
    this.unsent.push(typeof words === 'string' ? Buffer.from(words) : words);
    if (leaving) this.beforeSending.push(leaving);
  }

  /** How long the server may be silent, in milliseconds. */
  allowSilence(milliseconds: number): void {
    if (this.socket?.timeout !== milliseconds) this.socket?.setTimeout(milliseconds);
  }

  /** Closes it in peace. */
  end(): void {
    this.connection.close();
  }

  /** Closes it at once: nothing that did not leave yet will. */
  cut(reason?: string): void {
    this.unsent.length = this.beforeSending.length = 0;
    this.socket?.destroy();
    this.listener.lost(hungUp(reason), '');
    this.connection.close();
  }

  private flush(): void {
    const words = this.unsent.splice(0);
    const toTell = this.beforeSending.splice(0);
    if (words.length === 0 || !this.isOpen) return;
    for (const leaving of toTell) leaving();
    this.socket!.write(words.length === 1 ? words[0]! : Buffer.concat(words));
  }

  private read(packet: Buffer): void {
    const replies = this.replies.read(packet);
    if (!replies) return this.cut('The server gave an answer without end');
    for (const reply of replies) {
      // It answers what has left, or it answers nothing; never what waits here.
      if (this.unsent.length > 0 && !this.listener.awaitsReply())
        return this.cut('The server answered before it was asked');
      this.listener.hear(reply);
      if (this.connection.destroyed) return;
    }
  }
}
