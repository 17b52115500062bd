import type { SmtpFailure } from '../../domain/smtp-reply.js';
import type { Dialled } from './smtp-dial.js';
import type { SmtpSession } from './smtp-session.js';

export interface PoolLimits {
  maxConnections: number;
  /** Transactions after which a connection is replaced. */
  maxMessages: number;
  /** An unused connection is closed after this many milliseconds. */
  idleMs: number;
}

/** After a refused connection, those that are open carry on alone for this long: the server may have had enough of us. */
const REFUSED_MS = 1_000;

/** After a server was at odds with a message that came behind another, each waits for the answer to the last for so long. */
const UNCHAINED_MS = 10 * 60_000;

/**
 * Keeps up to `maxConnections` sessions, opened on demand, lent to one borrower at a time, or to the next one when the
 * message of the last is leaving; first come first served. When no connection is left and none can be opened, everyone
 * waiting gets the same failure instead of trying in vain in turn.
 */
export class SmtpConnectionPool {
  private readonly open = new Set<SmtpSession>();
  /** To how many each is lent: the next borrower of a session may still write its message when the last one is done. */
  private readonly borrowers = new WeakMap<SmtpSession, number>();
  private idle: { session: SmtpSession; timer: NodeJS.Timeout }[] = [];
  private waiting: ((dialled: Dialled) => void)[] = [];
  private dialling = 0;
  private refusedAt = -Infinity;
  private chainedBadlyAt = -Infinity;
  private readonly closing = new AbortController();

  constructor(
    private readonly dial: (signal: AbortSignal) => Promise<Dialled>,
    private readonly limits: PoolLimits,
    private readonly log: (line: string) => void,
  ) {}

  /** A session for one message of the caller's, to be released after it, or why there is none. */
  acquire(): Promise<Dialled> {
    const free = this.idle.pop(); // the last one used, so that superfluous ones grow idle and close
    if (free) {
      clearTimeout(free.timer);
      this.count(free.session, 1);
      return Promise.resolve({ session: free.session });
    }
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.dialIfNeeded();
    });
  }

  /** Gives a session back, in whatever state. */
  release(session: SmtpSession): void {
    if (session.dislikesChains) this.chainedBadlyAt = performance.now();
    if (this.count(session, -1) > 0) return; // the next borrower has it already, and will give it back
    if (session.transactions >= this.limits.maxMessages) void session.quit();
    else if (session.isReady) this.lend(session);
    else void session.refresh().then((fit) => (fit ? this.lend(session) : undefined));
  }

  /** Closes every connection. Call it when all sessions are released. */
  async close(): Promise<void> {
    this.closing.abort();
    for (const { timer } of this.idle) clearTimeout(timer);
    this.idle = [];
    await Promise.all([...this.open].map((session) => session.quit()));
  }

  private lend(session: SmtpSession): void {
    if (this.giveNext(session)) return;
    if (this.closing.signal.aborted) return;
    const timer = setTimeout(() => {
      this.forgetIdle(session);
      void session.quit();
    }, this.limits.idleMs);
    this.idle.push({ session, timer });
  }

  /** Lets the next message follow one that is just leaving. */
  private chain(session: SmtpSession): void {
    if (session.transactions >= this.limits.maxMessages) return;
    if (performance.now() - this.chainedBadlyAt >= UNCHAINED_MS) this.giveNext(session);
  }

  private giveNext(session: SmtpSession): boolean {
    const next = this.waiting.shift();
    if (!next) return false;
    this.count(session, 1);
    next({ session });
    return true;
  }

  private count(session: SmtpSession, change: 1 | -1): number {
    const borrowers = (this.borrowers.get(session) ?? 0) + change;
    this.borrowers.set(session, borrowers);
    return borrowers;
  }

  private dialIfNeeded(): void {
    const rested = (): boolean => this.open.size === 0 || performance.now() - this.refusedAt >= REFUSED_MS;
    while (
      this.dialling < this.waiting.length &&
      this.open.size + this.dialling < this.limits.maxConnections &&
      rested()
    ) {
      this.dialling++;
      void this.dial(this.closing.signal).then((dialled) => {
        this.dialling--;
        if ('session' in dialled) this.welcome(dialled.session);
        else this.refused(dialled.failure);
      });
    }
  }

  private welcome(session: SmtpSession): void {
    this.open.add(session);
    session.onRoom = () => this.chain(session);
    void session.ended.then(() => {
      this.open.delete(session);
      this.forgetIdle(session);
      this.dialIfNeeded();
    });
    if (this.closing.signal.aborted) void session.quit();
    else this.lend(session);
  }

  private refused(failure: SmtpFailure): void {
    if (!this.closing.signal.aborted) this.log(`No SMTP connection: ${failure.response}`);
    this.refusedAt = performance.now();
    if (this.open.size > 0 || this.dialling > 0) return;
    for (const resolve of this.waiting.splice(0)) resolve({ failure });
  }

  private forgetIdle(session: SmtpSession): void {
    const index = this.idle.findIndex((entry) => entry.session === session);
    if (index >= 0) clearTimeout(this.idle.splice(index, 1)[0]!.timer);
  }
}
