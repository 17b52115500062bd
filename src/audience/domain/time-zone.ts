/** Areas of the zone database whose places are spelt like ordinary names; `Australia/ACT` and `US/Eastern` are not. */
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
 * Whether `name` is an IANA zone with rules of its own: `Area/Location` or `UTC`. Abbreviations (EST, CET, EST5EDT) and
 * offsets (+02:00) are refused because they do not say which DST rules apply.
 */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  // ICU still knows the fixed SystemV zones, which the IANA database dropped in 2020.
  if (!name.includes('/') || /^SystemV\//i.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
