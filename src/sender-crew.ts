import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';

/** How often a process looks at itself. */
const LOOK_MS = 500;

/** The share of its time from which on a process is at its limit: the rest is what it waits for others. */
const FULL = 0.8;

/** Looks in a row that say the same before anything follows: two seconds of too much work, a minute without any. */
const LOOKS = { full: 4, idle: 120 };

/** What one look finds. */
export interface Look {
  sending: boolean;
  /** The share of the time since the last look in which JavaScript ran, 0 to 1. */
  busy: number;
}

/**
 * Further processes that only send, engaged while this one sends and is at its limit: a process computes on one core, and a
 * machine has more of them. They go once nothing was sent for a minute, and an idle installation needs the memory of one
 * process only.
 */
export class SenderCrew {
  private readonly logger = new Logger('SenderCrew');
  private readonly members = new Set<ChildProcess>();
  private looked = performance.eventLoopUtilization();
  private full = 0;
  private idle = 0;

  /** `most`: how many there may be besides this one; `program`: what they run. */
  constructor(
    private readonly most: number,
    private readonly databaseUrl: string,
    private readonly isSending: () => boolean,
    private readonly program = new URL('./sender.js', import.meta.url),
  ) {}

  get size(): number {
    return this.members.size;
  }

  /** Looks on and on. */
  watch(): void {
    if (this.most > 0) setInterval(() => this.follow(this.look()), LOOK_MS).unref();
  }

  /** Engages one more process or lets all go, if it has been time for it. */
  follow({ sending, busy }: Look): void {
    this.full = sending && busy > FULL ? this.full + 1 : 0;
    this.idle = sending ? 0 : this.idle + 1;
    if (this.full >= LOOKS.full && this.members.size < this.most) {
      this.full = 0;
      this.engage();
    }
    if (this.idle >= LOOKS.idle) void this.dismiss();
  }

  /** Tells all of them to record what is in flight and to go; ends once they are gone. */
  async dismiss(): Promise<void> {
    await Promise.all(
      [...this.members].map(async (member) => {
        const gone = once(member, 'exit');
        // Not a signal: Windows would end it at once. Our own death says the same to it.
        if (member.connected) member.disconnect();
        await gone;
      }),
    );
  }

  private look(): Look {
    const now = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(now, this.looked).utilization;
    this.looked = now;
    return { sending: this.isSending(), busy };
  }

  private engage(): void {
    const member = fork(fileURLToPath(this.program), {
      // A Ctrl-C is for us, and they hear of it from us.
      detached: true,
      env: { ...process.env, DATABASE_URL: this.databaseUrl, ROLES: 'sender' },
    });
    this.members.add(member);
    member.once('exit', () => this.members.delete(member));
    member.once('error', (error) => this.logger.error(`a further sender could not be started: ${error.message}`));
  }
}
