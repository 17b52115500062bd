/** What people cannot see, and so look for in vain. */
const NAMES: Record<string, string> = {
  '\t': 'tab',
  '\u00a0': 'no-break space',
  '\u00ad': 'soft hyphen',
  '\u2002': 'en space',
  '\u2003': 'em space',
  '\u2007': 'figure space',
  '\u2009': 'thin space',
  '\u200a': 'hair space',
  '\u200b': 'zero-width space',
  '\u200c': 'zero-width non-joiner',
  '\u200d': 'zero-width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u2028': 'line separator',
  '\u2029': 'paragraph separator',
  '\u202f': 'narrow no-break space',
  '\u2060': 'word joiner',
  '\u3000': 'ideographic space',
  '\ufe0f': 'emoji variation selector',
  '\ufeff': 'byte order mark',
};
/** Spaces, controls, and marks that need a character before them. */
const UNSEEN = /^[\p{Z}\p{C}\p{M}]$/u;
/** Characters quoted to find a place by. */
const BEFORE = 12;

/** A character as it is talked about, where it first stands in a text: `“ë”`, or `no-break space (U+00A0) after “Sale”`. */
export function characterWords(character: string, text: string): string {
  if (!UNSEEN.test(character)) return `“${character}”`;
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  const called = `${NAMES[character] ?? 'the invisible character'} (${code})`;
  const before = [...text.slice(0, Math.max(0, text.indexOf(character)))];
  if (before.length === 0) return `${called} at the beginning`;
  const cut = before.length > BEFORE ? '…' : '';
  return `${called} after “${cut}${before.slice(-BEFORE).join('')}”`;
}
