/** What a run has come to, as far as a brake looks at it. */
export interface BrakeCounts {
  sent: number;
  failed: number;
  bounced: number;
  complained: number;
}

/** The shares, 0 to 1, at which a run is paused; 1 never pauses. */
export interface BrakeRates {
  failed: number;
  bounced: number;
  complained: number;
}

interface Brake {
  kind: keyof BrakeRates;
  /** A share of fewer messages than this says nothing. */
  sample: number;
  of(counts: BrakeCounts): number;
  words: string;
}

/** Providers look at the same figures: 5 % bounces and 0.1 % complaints put an account under review. */
const BRAKES: readonly Brake[] = [
  { kind: 'failed', sample: 200, of: ({ sent, failed }) => sent + failed, words: 'failed' },
  { kind: 'bounced', sample: 200, of: ({ sent }) => sent, words: 'bounced' },
  { kind: 'complained', sample: 1_000, of: ({ sent }) => sent, words: 'brought a complaint' },
];

/** What ends a reason: people have to decide whether to go on. */
const ADVICE = 'look into it, then resume';

/** Whether a run was paused by a brake, as its reason tells: a provider that refuses our account pauses runs too. */
export function isBrakeReason(reason: string): boolean {
  return reason.endsWith(ADVICE);
}

/** Why a run has to stop, counted since the last time it was stopped (`since`); null while all is well. */
export function brakeReason(counts: BrakeCounts, since: BrakeCounts | null, rates: BrakeRates): string | null {
  const fresh = since ? subtract(counts, since) : counts;
  for (const { kind, sample, of, words } of BRAKES) {
    const total = of(fresh);
    if (rates[kind] >= 1 || total < sample || fresh[kind] / total < rates[kind]) continue;
    return `${fresh[kind]} of ${total} messages ${words}: ${ADVICE}`;
  }
  return null;
}

function subtract(counts: BrakeCounts, since: BrakeCounts): BrakeCounts {
  return {
    sent: counts.sent - since.sent,
    failed: counts.failed - since.failed,
    bounced: counts.bounced - since.bounced,
    complained: counts.complained - since.complained,
  };
}
