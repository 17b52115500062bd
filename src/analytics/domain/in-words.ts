const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A duration as people say it, in its largest unit: `3 hours`, `1.5 minutes`, `less than a second`. */
export function inWords(milliseconds: number): string {
  const [name, length] = UNITS.find(([, length]) => milliseconds >= length) ?? [];
  if (name === undefined) return 'less than a second';
  const count = Math.round((milliseconds / length!) * 10) / 10;
  return `${count.toLocaleString('en')} ${name}${count === 1 ? '' : 's'}`;
}
