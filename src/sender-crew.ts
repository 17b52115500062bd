import { performance } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import { CrewMember } from './crew-member.js';
import { type Figures, type TeamFigures, together } from './platform/figures.js';

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
  private readonly members = new Set<CrewMember>();
  /** What those have counted who have gone: a sum that became smaller would look like a new beginning. */
  private departed: Promise<Figures> = Promise.resolve([]);
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
    await Promise.all([...this.members].map((member) => member.leave()));
  }

  /** What they count and measure now, and what those had counted who have gone. */
  async figures(): Promise<TeamFigures[]> {
    // Both as they are at one instant: whoever goes meanwhile is in one of them, and not in both.
    const [members, departed] = [[...this.members], this.departed];
    await Promise.all(members.map((member) => member.ask()));
    const present = members.map(({ name, figures }) => ({ process: name, figures }));
    return [{ process: null, figures: await departed }, ...present];
  }

  private look(): Look {
    const now = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(now, this.looked).utilization;
    this.looked = now;
    return { sending: this.isSending(), busy };
  }

  private engage(): void {
    const member = CrewMember.engage(this.freeName(), this.program, this.databaseUrl, (error) =>
      this.logger.error(`a further sender could not be started: ${error.message}`),
    );
    this.members.add(member);
    void member.gone.then(() => this.forget(member));
  }

  private forget(member: CrewMember): void {
    this.members.delete(member);
    const last = { process: null, figures: member.figures };
    this.departed = this.departed.then(async (figures) =>
      (await together([{ process: null, figures }, last])).getMetricsAsJSON(),
    );
  }

  /** By place, not by process: names must not become more with every engagement. */
  private freeName(): string {
    const taken = new Set([...this.members].map(({ name }) => name));
    const place = Array.from({ length: this.most }, (_, n) => `sender-${n + 2}`);
    return place.find((name) => !taken.has(name))!;
  }
}
