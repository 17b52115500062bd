import { zoneLinks } from './zone-links.js';

/** Areas of the zone database whose places are spelt like ordinary names; the aliases of others are in `zoneLinks`. */
const PLAIN_AREA = /^(?:africa|america|antarctica|arctic|asia|atlantic|europe|indian|pacific)\//;
const SMALL_WORDS = ['of', 'es', 'au'];
/** More spellings than there are zones. */
const REMEMBERED = 2_000;
const remembered = new Map<string, string>();

/**
 * A zone's name in the spelling of the zone database: `europe/berlin` is `Europe/Berlin`. Only the case is mended, so that
 * an alias stays what its owner called it; text that names no zone is answered as it is.
 */
export function spellZone(name: string): string {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const spelled = spell(name);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(name, spelled);
  return spelled;
}

function spell(name: string): string {
  const lower = name.toLowerCase();
  const link = zoneLinks.get(lower);
  if (link !== undefined) return link;
  const canonical = canonicalOf(name);
  if (canonical === null || canonical.toLowerCase() === lower) return canonical ?? name;
  // An alias: JavaScript knows only the name it stands for, so a spelling without any mix of cases is mended by rule.
  const unmixed = name === lower || name === name.toUpperCase();
  if (!unmixed || !PLAIN_AREA.test(lower)) return name;
  return lower.replace(/[a-z]+/g, (word) =>
    SMALL_WORDS.includes(word) ? word : word[0]!.toUpperCase() + word.slice(1),
  );
}

function canonicalOf(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/**
 * Whether `name` is one of the zone database, in any case: `Area/Location`, or an alias such as `CET` or `US/Eastern`. What
 * JavaScript takes besides is none: offsets (+02:00), which do not say when clocks change, and abbreviations (PST, IST),
 * which mean other places to others.
 */
export function isTimeZone(name: string): boolean {
  const lower = name.toLowerCase();
  if (zoneLinks.has(lower)) return true;
  // ICU still knows the fixed SystemV zones, which the IANA database dropped in 2020.
  if (!lower.includes('/') || lower.startsWith('systemv/')) return false;
  const canonical = canonicalOf(name);
  return canonical !== null && (canonical.toLowerCase() === lower || PLAIN_AREA.test(lower));
}

/** What is said to whoever gives something that `isTimeZone` refuses. */
export const WRONG_ZONE =
  'time_zone must be a name of the time zone database, such as Europe/London; an offset such as +02:00 is none, for it does not say when clocks change';

/**
 * The name of a zone by which PostgreSQL goes by the same rules: to it CET and EST are abbreviations, of offsets that never
 * change, and a server with a small zone database has no aliases of old.
 */
export function databaseZone(name: string): string {
  return zoneLinks.has(name.toLowerCase()) ? (canonicalOf(name) ?? name) : name;
}
