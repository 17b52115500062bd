/** How many messages a text becomes on the air, and why. */
export interface SmsSegments {
  segments: number;
  encoding: 'gsm7' | 'ucs2';
  /** Septets of GSM-7 or 16-bit units of UCS-2. */
  units: number;
  /** The first character outside of GSM-7, which makes the whole text dearer; null when there is none. */
  forcedBy: string | null;
}

/** The most segments that carriers put together again (R78). */
export const MAX_SMS_SEGMENTS = 10;

/** GSM 03.38: one septet each. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

/** Its extension table: an escape before each, two septets. */
const EXTENDED = new Set('\f^{}\\[~]|€');

const LIMITS = { gsm7: { alone: 160, part: 153 }, ucs2: { alone: 70, part: 67 } } as const;

/** Counts a text's segments: 160 or, in parts, 153 septets; 70 or 67 units where any character is outside of GSM-7. */
export function smsSegments(text: string): SmsSegments {
  const characters = [...text];
  const forcedBy = characters.find((character) => !inGsm7(character)) ?? null;
  const encoding = forcedBy === null ? 'gsm7' : 'ucs2';
  const sizes = characters.map((character) =>
    forcedBy === null ? (EXTENDED.has(character) ? 2 : 1) : character.length,
  );
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, part } = LIMITS[encoding];
  return { segments: units <= alone ? 1 : partsOf(sizes, part), encoding, units, forcedBy };
}

/** The characters of a text outside of GSM-7, each once. */
export const outsideGsm7 = (text: string): string[] => [...new Set(text)].filter((character) => !inGsm7(character));

const inGsm7 = (character: string): boolean => BASIC.has(character) || EXTENDED.has(character);

/** A character of two units is never cut in two: it moves to the next part, and one unit stays empty. */
function partsOf(sizes: number[], room: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > room) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}
