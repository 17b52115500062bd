/** A month as `2026-11`. */
type Month = string;

const pad = (value: number): string => String(value).padStart(2, '0');

/** The day of an instant where the person is, as `2026-11-28`. */
export const dayOf = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;

/** The month an instant is in. */
export const monthOf = (at: Date): Month => dayOf(at).slice(0, 7);

/** The month so many months later. */
export function monthsLater(month: Month, months: number): Month {
  const [year, index] = month.split('-').map(Number) as [number, number];
  return monthOf(new Date(year, index - 1 + months, 1));
}

/** "November 2026". */
export function monthInWords(month: Month): string {
  const [year, index] = month.split('-').map(Number) as [number, number];
  return new Date(year, index - 1, 1).toLocaleDateString('en-GB', { month: 'long', year: 'numeric' });
}

/** The days that a month's page shows: whole weeks from Monday on. */
export function daysShown(month: Month): Date[] {
  const [year, index] = month.split('-').map(Number) as [number, number];
  const first = new Date(year, index - 1, 1);
  const before = (first.getDay() + 6) % 7;
  const days = Math.ceil((before + new Date(year, index, 0).getDate()) / 7) * 7;
  return Array.from({ length: days }, (_, day) => new Date(year, index - 1, 1 - before + day));
}
