import { at, type Judgement } from './explanation.js';

/** What an account's row says of it; instants in epoch milliseconds. */
export interface AccountFigures {
  blockedUntil: number | null;
  freeAt: number | null;
  trips: number;
  reason: string | null;
  now: number;
}

/** For longer than this no message waits for an account that asked for it, where another stands by. */
export const PATIENCE_MS = 60_000;

/** Whether a provider's account takes messages; `until` is when it can be asked again, where that is known. */
export interface Standing {
  /** `off` is switched off, `limited` has used up a limit, `put_off` had trouble or asked to wait, `probing` is tried with one message. */
  state: 'ready' | 'limited' | 'put_off' | 'probing' | 'off';
  until: Date | null;
  reason: string | null;
  /** Whether its fallback may take over what it surely did not take. */
  ailing: boolean;
  /** That fallback, as `channel/provider`; null where none is ready. */
  fallback: string | null;
}

/** How an account stands that is switched off. */
export const SWITCHED_OFF: Standing = { state: 'off', until: null, reason: null, ailing: true, fallback: null };

/** How an account stands; one without a row never had trouble or a limit. */
export function standingOf(figures: AccountFigures | undefined): Standing {
  if (!figures) return { state: 'ready', until: null, reason: null, ailing: false, fallback: null };
  const { blockedUntil, freeAt, trips, reason, now } = figures;
  const until = Math.max(blockedUntil ?? 0, freeAt ?? 0);
  const putOff = (blockedUntil ?? 0) > now;
  return {
    state: putOff ? 'put_off' : until > now ? 'limited' : trips > 0 ? 'probing' : 'ready',
    until: until > now ? new Date(until) : null,
    reason: putOff || trips > 0 ? reason : null,
    ailing: trips > 0 || (blockedUntil ?? 0) > now + PATIENCE_MS,
    fallback: null,
  };
}

/** What the account of a run says of its messages; `route` is `channel/provider`. */
export function judgeStanding(route: string, standing: Standing): Judgement {
  const [verdict, detail] = judgeAlone(route, standing);
  const { ailing, fallback } = standing;
  return ailing && fallback !== null ? ['pass', `${detail} ${fallback} takes over.`] : [verdict, detail];
}

function judgeAlone(route: string, { state, until, reason }: Standing): Judgement {
  const because = reason ? `: ${reason}` : '';
  switch (state) {
    case 'ready':
      return ['pass', `${route} takes messages.`];
    case 'off':
      return ['wait', `${route} is switched off.`];
    case 'limited':
      return ['wait', `${route} has used up its limit until ${at(until!)}.`];
    case 'put_off':
      return ['wait', `${route} is put off until ${at(until!)}${because}.`];
    case 'probing':
      return ['wait', `${route} had trouble${because}. One message at a time tries whether it is well again.`];
  }
}
