const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const FIXED = { second: SECOND, minute: 60 * SECOND, hour: 3_600 * SECOND, day: DAY, week: 7 * DAY };
const MONTHS = { month: 1, year: 12 };

/** The longest span of a rule; what is further off than that was meant otherwise, and no calendar has to bear it. */
const LONGEST_YEARS = 100;

const LEAP_YEAR = '(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|1200|1600|2000|2400|2800)';

/** A date that exists, with this between its parts. */
const date = (dash: string) => {
  const thirtyOne = `(?:0[13578]|1[02])${dash}(?:0[1-9]|[12][0-9]|3[01])`;
  const monthAndDay = `(?:${thirtyOne}|(?:0[469]|11)${dash}(?:0[1-9]|[12][0-9]|30)|02${dash}(?:0[1-9]|1[0-9]|2[0-8]))`;
  return `(?:[12][0-9]{3}${dash}${monthAndDay}|${LEAP_YEAR}${dash}02${dash}29)`;
};
const time = (colon: string) =>
  `(?:[01][0-9]|2[0-3])${colon}[0-5][0-9](?:${colon}[0-5][0-9](?:\\.[0-9]{1,9})?)?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?`;

/**
 * ISO 8601 as attributes and rules may have it, extended or basic: a date that exists, perhaps with a time of day, perhaps
 * with an offset; UTC without one. Of the parts of a second three digits count. JavaScript and PostgreSQL are made to read
 * this pattern alike, and neither can stumble over what matches it.
 */
export const ISO_TIME = `^(?:${date('-')}(?:[T ]${time(':')})?|${date('')}(?:T${time('')})?)$`;

/** In text of that pattern: that it says how far from UTC it is. */
export const OFFSET = '[T ].*[Z+-]';

/** In text of that pattern: the digits of a second that count, before those that do not. */
export const MILLISECONDS = '(\\.[0-9]{3})[0-9]+';

const iso = new RegExp(ISO_TIME);
const parts = /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(\.\d{1,3})?\d*)?(?:Z|([+-]\d\d):?(\d\d)?)?)?$/;
const span = /^(\d{1,6}) (second|minute|hour|day|week|month|year)s?$/;
const relative = /^(.*?) (ago|from now)$/;

/** The instant that ISO 8601 text stands for; null where it does not match the pattern. */
export function isoInstant(text: string): Date | null {
  if (!iso.test(text)) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', ahead, minutes = '00'] =
    parts.exec(text)!;
  const offset = ahead === undefined ? 'Z' : `${ahead}:${minutes}`;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`);
}

/** The instant a rule speaks of: ISO 8601, `now`, `30 days ago`, `2 weeks from now`; null for anything else. */
export function ruleInstant(text: string, now: Date): Date | null {
  if (text === 'now') return now;
  const [, distance, direction] = relative.exec(text) ?? [];
  if (distance === undefined) return isoInstant(text);
  return shift(now, distance, direction === 'ago' ? -1 : 1);
}

/** The instant so far from now: `shift(now, '30 days', -1)`; null where the text is no span up to 100 years. */
export function shift(now: Date, text: string, sign: 1 | -1): Date | null {
  const [, digits, unit] = span.exec(text) ?? [];
  if (unit === undefined) return null;
  const amount = sign * Number(digits);
  const at =
    unit in FIXED
      ? new Date(now.getTime() + amount * FIXED[unit as keyof typeof FIXED])
      : addMonths(now, amount * MONTHS[unit as keyof typeof MONTHS]);
  return Math.abs(at.getTime() - now.getTime()) <= LONGEST_YEARS * 366 * DAY ? at : null;
}

/** Calendar months in UTC; a day that the month does not have becomes its last. */
function addMonths(from: Date, months: number): Date {
  const at = new Date(from);
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(from.getUTCDate(), last));
  return at;
}
