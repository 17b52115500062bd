const whole = new Intl.NumberFormat('en');
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** A count with its thousands apart. */
export const count = (value: number): string => whole.format(value);

/** What is written as 0 %, and is more than nothing. */
const LEAST = 0.0005;

/** A share between 0 and 1 as a percentage, 100 % only for all and 0 % for none; a dash where there is nothing to take a share of. */
export function share(value: number | null | undefined): string {
  if (value == null) return '–';
  if (value > 0 && value < LEAST) return `under ${percent.format(LEAST * 2)}`;
  return percent.format(value < 1 ? Math.min(value, 0.999) : value);
}

/** A share of those sent to: those who opened or clicked. Where something was sent and there is no share, it is not counted. */
export const rateWords = (rate: number | null | undefined, sent: number): string =>
  rate == null && sent > 0 ? 'not counted' : share(rate);

/** How many opened or clicked; a dash where that is not counted. */
export const countedWords = (value: number, base: number, sent: number): string =>
  base === 0 && sent > 0 ? '–' : count(value);

/** A count with its noun: `1 run`, `3 runs`. */
export const countOf = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** A share of a whole, null of nothing. */
export const shareOf = (part: number, all: number): number | null => (all === 0 ? null : part / all);

/** Bytes as people read them. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** A code as words: `attempts_exhausted` is "Attempts exhausted". */
export function wordsOfCode(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
