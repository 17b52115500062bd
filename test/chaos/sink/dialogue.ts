import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Entry, Fault, Manners, Stage } from './faults.js';

/** What a connection needs from the server around it. */
export interface Surroundings {
  manners(): Manners;
  chance(): number;
  /** Writes the journal; throws where it cannot. */
  note(entry: Entry): void;
  poisoned(): void;
}

/** One SMTP connection, spoken by hand so that it can misbehave at every byte. */
export class Dialogue {
  private buffer = '';
  private busy = false;
  private inMessage = false;
  private authenticated = false;
  private mailAt = 0;
  private to = '';
  private wasCut = false;

  constructor(
    private readonly socket: Socket,
    private readonly around: Surroundings,
  ) {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.buffer += chunk.toString('latin1');
      void this.pump();
    });
    void this.pump('220 sink ESMTP');
  }

  /** Hangs up: answers that are on their way arrive, and nothing more is taken. */
  hangUp(): void {
    // The message that was asked for may be on its way; whoever sends it cannot know that it was not taken.
    if (this.inMessage) this.note('dropped', '');
    this.wasCut = true;
    this.socket.end();
  }

  /** Handles what has come, one command or message at a time. */
  private async pump(greeting?: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    if (greeting) await this.answer('connect', greeting);
    for (let unit = this.take(); unit !== undefined && this.socket.writable; unit = this.take())
      if (this.inMessage) await this.receive(unit);
      else await this.obey(unit);
    this.busy = false;
  }

  private take(): string | undefined {
    const end = this.inMessage ? '\r\n.\r\n' : '\r\n';
    const at = this.buffer.indexOf(end);
    if (at < 0) return undefined;
    const unit = this.buffer.slice(0, at);
    this.buffer = this.buffer.slice(at + end.length);
    return unit;
  }

  private async obey(line: string): Promise<void> {
    const verb = line.split(/[ :]/)[0]!.toUpperCase();
    const { auth, poison } = this.around.manners();
    switch (verb) {
      case 'EHLO':
        return this.say(auth ? '250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME' : '250-sink\r\n250 8BITMIME');
      case 'AUTH':
        this.authenticated = true;
        return this.answer('auth', '235 2.7.0 welcome');
      case 'MAIL':
        this.mailAt = Date.now();
        if (auth && !this.authenticated) return this.say('530 5.7.0 authentication required');
        return this.answer('mail', '250 2.1.0 ok');
      case 'RCPT':
        this.to = /<([^>]*)>/.exec(line)?.[1] ?? '';
        if (this.to === poison) return this.around.poisoned();
        return this.answer('rcpt', '250 2.1.5 ok');
      case 'DATA':
        return this.answer('data', '354 go on', () => (this.inMessage = true));
      case 'QUIT':
        this.say('221 2.0.0 bye');
        this.socket.end();
        return;
      default:
        return this.say('250 2.0.0 ok');
    }
  }

  private async receive(message: string): Promise<void> {
    this.inMessage = false;
    const { dotMs } = this.around.manners();
    if (dotMs > 0) await pause(dotMs);
    const fault = this.faultAt('dot');
    if (fault?.act === 'answer') this.note('refused', message);
    else if (fault?.act === 'drop') this.note('dropped', message);
    else if (fault?.act === 'hang') this.note('hung', message);
    else {
      try {
        this.note(fault?.act === 'swallow' || this.wasCut ? 'swallowed' : 'ok', message);
      } catch {
        return this.say('452 4.3.1 the disk is full');
      }
    }
    return this.commit(fault, '250 2.0.0 taken');
  }

  private note(end: Entry['end'], message: string): void {
    const head = message.slice(0, message.indexOf('\r\n\r\n'));
    const key = /^Message-ID: <([^@>]*)@/im.exec(head)?.[1] ?? '';
    const subject = /^Subject: (.*)$/im.exec(head)?.[1]?.trim() ?? '';
    this.around.note({ end, key, subject, to: this.to, mailAt: this.mailAt, at: Date.now() });
  }

  private answer(stage: Stage, normal: string, then: () => void = () => undefined): Promise<void> {
    const fault = this.faultAt(stage);
    if (!fault || fault.act === 'slow') then();
    return this.commit(fault, normal);
  }

  private faultAt(stage: Stage): Fault | undefined {
    const { faults } = this.around.manners();
    return faults.find((fault) => fault.stage === stage && this.around.chance() < fault.share);
  }

  private async commit(fault: Fault | undefined, normal: string): Promise<void> {
    switch (fault?.act) {
      case undefined:
        return this.say(normal);
      case 'answer':
        this.say(fault.reply!);
        if (fault.reply!.startsWith('421')) this.socket.end();
        return;
      case 'drop':
      case 'swallow':
        this.socket.destroy();
        return;
      case 'hang':
        await pause(fault.ms);
        this.socket.resetAndDestroy();
        return;
      case 'slow':
        for (const byte of `${normal}\r\n`) {
          this.socket.write(byte);
          await pause(fault.ms);
        }
    }
  }

  private say(reply: string): void {
    this.socket.write(`${reply}\r\n`);
  }
}
