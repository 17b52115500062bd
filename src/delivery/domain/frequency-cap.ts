/** At most so many messages to one contact within any such period, over all campaigns of a channel. */
export interface FrequencyCap {
  most: number;
  withinMs: number;
}

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
const CAP = /^(\d{1,6})\s*\/\s*(?:(\d{1,4})\s+)?(minute|hour|day|week)s?$/;

/** Caps as an operator writes them: `1/day, 3/week, 10/30 days`; null where it cannot be read. A cap of 0 is none, and so is 0 alone. */
export function parseCaps(text: string): FrequencyCap[] | null {
  if (['', '0'].includes(text.trim())) return [];
  const caps: FrequencyCap[] = [];
  for (const part of text.split(',')) {
    const [, most, count = '1', unit] = CAP.exec(part.trim()) ?? [];
    if (!most || !unit || Number(count) === 0) return null;
    if (Number(most) > 0)
      caps.push({ most: Number(most), withinMs: Number(count) * UNITS[unit as keyof typeof UNITS] });
  }
  return caps;
}

/** A cap in words: `3 within 7 days`. */
export function capInWords({ most, withinMs }: FrequencyCap): string {
  const unit = (['day', 'hour', 'minute'] as const).find((name) => withinMs % UNITS[name] === 0)!;
  const count = withinMs / UNITS[unit];
  return `${most} within ${count} ${unit}${count === 1 ? '' : 's'}`;
}
