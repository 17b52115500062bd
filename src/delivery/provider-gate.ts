import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import type { SendResult } from './channels/provider.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import { BREAKER_FAILURES, openingsMs, type Sign, signOf } from './domain/breaker.js';
import { grant, type Limits } from './domain/rate-limit.js';
import { unaddressed } from './domain/unaddressed.js';
import { limitsOf } from './delivery.settings.js';
import { Pace } from './pace.js';
import {
  type AccountKey,
  type AccountState,
  blockAccount,
  endProbe,
  forgiveAccount,
  healAccount,
  lockAccount,
  readAccounts,
  saveGrant,
  tripAccount,
} from './provider-account.queries.js';

/** How long the one message that tries a provider again is waited for before another may. */
const PROBE_MS = 60_000;

/** How long an account that was refused is left alone, where another stands by: people will have to mend it. */
const REFUSED_MS = 15 * 60_000;

/**
 * An account that put us off so often in a row, and took nothing in between, ails: where another stands by, that takes over.
 * Each process counts for itself, and anew when it starts.
 */
const PUT_OFFS = 3;

/** No provider may stop us for longer than this with one answer. */
const MAX_BLOCK_MS = 60 * 60_000;

/** What this process has seen of an account and not yet written. */
interface Seen {
  failures: number;
  /** Nothing more may start until a claim says otherwise. */
  shut: boolean;
  ailing: string | null;
  /** The words of the newest failure. */
  words: string;
  throttle: { forMs: number; reason: string } | null;
  /** How often in a row it asked to wait. */
  putOffs: number;
  /** Its words, where it refused the account. */
  refusal: string | null;
  well: boolean;
}

/**
 * Stands before every window: hands out what a provider's limits allow, opens the breaker on its trouble and obeys its
 * wish to wait. What it decides is a row in the database, so that all processes slow down together, also after a restart.
 */
@Injectable()
export class ProviderGate {
  private readonly logger = new Logger('Provider');
  private readonly seen = new Map<string, Seen>();
  private readonly limits: Partial<Record<string, Limits>>;
  private readonly paces = new Map<string, Pace>();
  private readonly tripsMs: number[];
  private freeAfter: number | null = null;

  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    config: Config,
    private readonly registry: ProviderRegistry,
  ) {
    this.limits = limitsOf(config);
    this.tripsMs = openingsMs(config.BREAKER_MS);
  }

  /**
   * How many of `wanted` messages may start now, asked before their intent. On probation after trouble that is one
   * message for all processes. 0 means that the account is not to be claimed for: its row says until when.
   */
  async admit(account: AccountKey, wanted: number, probation: boolean): Promise<number> {
    const limits = this.limitsOf(account);
    if (!probation && Object.keys(limits).length === 0) return wanted;
    return this.em.transactional(() => this.admitLocked(account, probation ? 1 : wanted, limits));
  }

  private async admitLocked(account: AccountKey, wanted: number, limits: Limits): Promise<number> {
    const db = this.em.getKysely();
    const state = await lockAccount(db, this.clock.sql(), account);
    const { now, trips, usage, probeUntil } = state;
    if ((state.blockedUntil ?? 0) > now || (trips > 0 && (probeUntil ?? 0) > now)) return 0;
    const given = grant(usage, limits, now, trips > 0 ? 1 : wanted);
    const probing = trips > 0 && given.granted > 0;
    await saveGrant(db, account, { ...given, probeUntil: probing ? now + PROBE_MS : probeUntil });
    this.freeAfter = given.freeAt === null ? null : performance.now() + given.freeAt - now;
    return given.granted;
  }

  /** Milliseconds until tokens that ran out come back; null when none ran out. */
  freeInMs(): number | null {
    return this.freeAfter === null ? null : Math.max(0, this.freeAfter - performance.now());
  }

  /** A claim has gone through: the account's row lets us in again, on probation or as if nothing had been. */
  begin(account: AccountKey, probation: boolean): void {
    const name = nameOf(account);
    const { shut, putOffs } = this.seen.get(name) ?? nothingYet();
    if (shut) this.seen.delete(name);
    if ((shut && putOffs > 0) || (probation && !this.seen.has(name))) this.seen.set(name, { ...nothingYet(), putOffs });
  }

  /** Whether a message may start as far as this process has seen; asked immediately before its first byte. */
  mayStart(account: AccountKey): boolean {
    return this.seen.get(nameOf(account))?.shut !== true;
  }

  /** Learns from a provider's answer about a message to an address, which stands in no reason. */
  observe(account: AccountKey, result: SendResult, to: string): void {
    const sign = signOf(result);
    const known = this.seen.get(nameOf(account));
    if (sign === 'nothing' || (sign === 'well' && !known)) return;
    const seen = known ?? nothingYet();
    this.seen.set(nameOf(account), seen);
    seen.well = sign === 'well';
    if (sign === 'well') seen.failures = seen.putOffs = 0;
    else note(seen, sign, result, to);
  }

  /** The account itself was refused, and another stands by: it is left alone, and then one message tries it again. */
  refuse(account: AccountKey, words: string): void {
    const seen = this.seen.get(nameOf(account)) ?? nothingYet();
    this.seen.set(nameOf(account), seen);
    seen.refusal = words;
    seen.shut = true;
  }

  /** Gives back the one message of a probation that told nothing: its recipient was left out, or it did not start. */
  async returnProbe(account: AccountKey): Promise<void> {
    const seen = this.seen.get(nameOf(account));
    if (seen && !seen.well && seen.failures === 0 && !seen.shut) await endProbe(this.em.getKysely(), account);
  }

  /** Writes what was learnt about an account since the last time; the next intent of any process will see it. */
  async settle(account: AccountKey, probation: boolean): Promise<void> {
    const seen = this.seen.get(nameOf(account));
    if (!seen) return;
    const { throttle, ailing, refusal } = seen;
    if (refusal !== null) await this.trip(account, refusal, REFUSED_MS);
    else if (throttle && seen.putOffs >= PUT_OFFS && this.hasFallback(account))
      await this.trip(account, throttle.reason, throttle.forMs);
    else if (throttle) await this.block(account, throttle);
    else if (ailing !== null || (probation && seen.failures > 0)) await this.trip(account, ailing ?? seen.words);
    else if (seen.well && !seen.shut) await this.heal(account);
    // What is written has been drawn conclusions from: the next probation begins with nothing against it.
    if (probation) seen.failures = 0;
    seen.throttle = null;
    seen.ailing = null;
    seen.refusal = null;
  }

  /** Every account as its row has it, with its limits; those that never had trouble or a limit have no row. */
  accounts(): Promise<(AccountKey & AccountState)[]> {
    return readAccounts(this.em.getKysely(), this.clock.sql());
  }

  /** What an account may be asked for; one of the environment by its channel's limits. */
  limitsOf({ channel, name }: AccountKey): Limits {
    return this.registry.accountOf(channel, name)?.limits ?? this.limits[channel] ?? {};
  }

  /** What releases an account's messages in this process; null where it has no limit per second. */
  paceOf(account: AccountKey): Pace | null {
    const { second } = this.limitsOf(account);
    if (second === undefined) return null;
    const name = nameOf(account);
    const pace = this.paces.get(name) ?? new Pace(() => this.clock.now().getTime());
    this.paces.set(name, pace);
    pace.limit = second;
    return pace;
  }

  /** Lets an account that people have changed be asked at once; its limits still count what they count. */
  forgive(account: AccountKey): Promise<void> {
    const seen = this.seen.get(nameOf(account));
    if (seen) seen.putOffs = 0;
    return forgiveAccount(this.em.getKysely(), account);
  }

  private hasFallback({ channel, name }: AccountKey): boolean {
    return this.registry.accountOf(channel, name)?.fallback != null;
  }

  private async heal(account: AccountKey): Promise<void> {
    await healAccount(this.em.getKysely(), account);
    this.seen.delete(nameOf(account));
  }

  private async trip(account: AccountKey, reason: string, leastMs = 0): Promise<void> {
    const { tripsMs } = this;
    const seconds = await tripAccount(this.em.getKysely(), this.clock.sql(), account, { tripsMs, leastMs, reason });
    if (seconds !== null) this.tell(account, seconds, reason);
  }

  private async block(account: AccountKey, { forMs, reason }: { forMs: number; reason: string }): Promise<void> {
    await blockAccount(this.em.getKysely(), this.clock.sql(), account, { forMs, reason });
    this.tell(account, forMs / 1_000, reason);
  }

  /** An account may come as the provider itself, with its connections and secrets: the log gets its names alone. */
  private tell({ channel, name }: AccountKey, seconds: number, reason: string): void {
    this.logger.warn({ message: 'provider put off', channel, provider: name, seconds: Math.round(seconds), reason });
  }
}

const nameOf = ({ channel, name }: AccountKey): string => `${channel}/${name}`;

const nothingYet = (): Seen => ({
  ...{ failures: 0, shut: false, ailing: null, words: '', throttle: null, refusal: null, well: false, putOffs: 0 },
});

function note(seen: Seen, sign: Sign, result: SendResult, to: string): void {
  const response = 'response' in result && result.response ? unaddressed(result.response, to) : undefined;
  seen.words = 'code' in result ? [result.code, response].filter(Boolean).join(': ') : sign;
  if (sign === 'throttled' && result.outcome === 'deferred') {
    seen.throttle = { forMs: Math.min(result.retryAfterMs!, MAX_BLOCK_MS), reason: seen.words };
    // All that come back from one window ask for the same wait.
    if (!seen.shut) seen.putOffs += 1;
  } else if (++seen.failures >= BREAKER_FAILURES) seen.ailing = seen.words;
  seen.shut ||= seen.throttle !== null || seen.ailing !== null;
}
