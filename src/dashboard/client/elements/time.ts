const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en');

/** The time zone of the person who looks. */
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * How far an instant is from now: "in 3 hours", "5 minutes ago". What is `past` by the server's clock never is to come by that
 * of this machine, which may be behind.
 */
export function fromNow(at: Date, now: number, past = false): string {
  const seconds = Math.min(past ? 0 : Infinity, Math.round((at.getTime() - now) / 1000));
  if (seconds === 0) return 'now';
  // Two of a unit at least: "in 42 hours" tells more than "in 1 day".
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= 2 * size) ?? ['second', 1];
  return relative.format(Math.round(seconds / size), unit);
}

/** An instant to the second with its zone, "Mon, 8 Feb 2027, 10:00:00 GMT+1 (Europe/Berlin)". */
export function exactly(at: Date, zone: string = OWN_ZONE): string {
  const text = at.toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    timeZone: zone,
  });
  return text.endsWith(zone) ? text : `${text} (${zone})`;
}

/** A length of time in seconds as words: "42 s", "3 min 20 s", "2 h 5 min". */
export function lasting(length: number): string {
  const seconds = Math.max(0, Math.round(length));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A date and time of day in words: "8 Feb 2027, 10:00". */
export function shortly(at: Date, zone: string = OWN_ZONE): string {
  return at.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  });
}

/** A day in words: "Monday, 8 February". */
export const dayOf = (at: Date, zone: string = OWN_ZONE): string =>
  at.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone });

/** A time of day: "10:00". */
export const timeOfDay = (at: Date, zone: string = OWN_ZONE): string =>
  at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });

/** A step of a timeline by when it begins: "8 Feb, 10:00", a day as "8 Feb". */
export const stepWords = (at: Date, by: 'minute' | 'hour' | 'day', zone: string = OWN_ZONE): string => {
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: zone });
  return by === 'day' ? day : `${day}, ${timeOfDay(at, zone)}`;
};

/** A length of time in seconds by its largest unit: "15 min", "3 d". */
export function briefly(seconds: number): string {
  const [unit, size] = (
    [
      ['d', 86_400],
      ['h', 3_600],
      ['min', 60],
    ] as const
  ).find(([, size]) => seconds >= size) ?? ['s', 1];
  return `${Math.round((seconds / size) * 10) / 10} ${unit}`;
}
