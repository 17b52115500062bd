const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const ABBREVIATIONS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * What most cron expressions say, in words: `0 9 * * 1-5` is "Monday to Friday at 09:00". Null for those whose words would be
 * harder to read than themselves.
 */
export function cronInWords(expr: string): string | null {
  const fields = expr.trim().toUpperCase().split(/\s+/);
  if (fields.length === 6 && fields.shift() !== '0') return null;
  const [minute, hour, day, month, weekday] = fields as [string, string, string, string, string];
  if (month !== '*') return null;
  const days = daysInWords(day, weekday);
  if (days === null) return null;
  const times = timesInWords(minute, hour);
  if (times !== null) return `${days} at ${times}`;
  const rhythm = rhythmInWords(minute, hour);
  if (rhythm === null) return null;
  return days === 'Every day' ? rhythm : `${rhythm}, ${days.replace(/^(?:Every|On)/, (word) => word.toLowerCase())}`;
}

/** A few times of day, "09:00 and 14:00". */
function timesInWords(minute: string, hour: string): string | null {
  const hours = numbers(hour, 23);
  if (!/^\d{1,2}$/.test(minute) || !hours) return null;
  return listed(hours.map((one) => `${two(one)}:${two(Number(minute))}`));
}

function rhythmInWords(minute: string, hour: string): string | null {
  if (hour !== '*') return null;
  if (minute === '*') return 'Every minute';
  if (/^\d{1,2}$/.test(minute)) return `Every hour at ${Number(minute)} minutes past`;
  const every = Number(/^\*\/(\d{1,2})$/.exec(minute)?.[1]);
  // Others begin anew with the hour.
  return every > 1 && 60 % every === 0 ? `Every ${every} minutes` : null;
}

function daysInWords(day: string, weekday: string): string | null {
  const anyDay = day === '*' || day === '?';
  const anyWeekday = weekday === '*' || weekday === '?';
  if (anyDay && anyWeekday) return 'Every day';
  if (anyDay) return weekdaysInWords(weekday);
  const days = anyWeekday ? numbers(day, 31) : null;
  return days && `On the ${listed(days.map(ordinal))} of every month`;
}

function weekdaysInWords(weekday: string): string | null {
  const digits = weekday.replaceAll(/[A-Z]{3}/g, (name) => String(ABBREVIATIONS.indexOf(name)));
  const [, from, to] = /^([0-7])-([0-7])$/.exec(digits) ?? [];
  if (from !== undefined) return `${DAYS[Number(from)]} to ${DAYS[Number(to)]}`;
  const days = numbers(digits, 7);
  return days && `Every ${listed(days.map((day) => DAYS[day]!))}`;
}

/** A list of whole numbers up to the greatest, few enough to be read; null for anything else. */
function numbers(text: string, greatest: number): number[] | null {
  if (!/^\d{1,2}(?:,\d{1,2}){0,4}$/.test(text)) return null;
  const all = text.split(',').map(Number);
  return all.every((one) => one <= greatest) ? all.toSorted((one, other) => one - other) : null;
}

const listed = (words: string[]): string => new Intl.ListFormat('en-GB').format(words);
const two = (value: number): string => String(value).padStart(2, '0');

function ordinal(day: number): string {
  const ending = day >= 11 && day <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}
