import type { Limits } from './finish-time.js';

/** How fast a run is expected to be, and why that is believed. */
export interface Speed {
  limits: Limits;
  /** A whole number from ten on, else of two digits that say something: under a limit per day it may be far below one. */
  perSecond: number;
  basis: 'limits' | 'measured' | 'assumed';
  explanation: string;
}

/** What is assumed of a channel on which nothing was measured yet: less than the engine does, more than many mail servers take. */
const ASSUMED_PER_SECOND = 1_000;

const UNITS = ['second', 'minute', 'hour', 'day'] as const;
const SECONDS = { second: 1, minute: 60, hour: 3_600, day: 86_400 };

/** The speed under the provider's limits, of an engine that does so many a second (null: not known). */
export function speedOf(measured: number | null, limits: Limits): Speed {
  const engine = measured ?? ASSUMED_PER_SECOND;
  const limiting = UNITS.filter((unit) => limits[unit] !== undefined && limits[unit] / SECONDS[unit] < engine);
  const withEngine = { ...limits, second: Math.min(limits.second ?? Infinity, engine) };
  const perSecond = rounded(Math.min(engine, ...limiting.map((unit) => limits[unit]! / SECONDS[unit])));
  const assumed = rounded(engine).toLocaleString('en');
  if (limiting.length > 0) {
    const words = limiting.map((unit) => `${limits[unit]!.toLocaleString('en')} per ${unit}`).join(', ');
    return { limits: withEngine, perSecond, basis: 'limits', explanation: `The provider is limited to ${words}.` };
  }
  return {
    limits: withEngine,
    perSecond,
    basis: measured === null ? 'assumed' : 'measured',
    explanation:
      measured === null
        ? `No run of 1,000 or more went out on this channel yet: ${assumed} a second are assumed. Retries come on top.`
        : `The median of the latest larger runs on this channel: ${assumed} a second. Retries come on top.`,
  };
}

const rounded = (speed: number): number => (speed < 10 ? Number(speed.toPrecision(2)) : Math.round(speed));
