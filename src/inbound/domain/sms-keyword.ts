/** What a text can ask for in one word: an end, a new beginning, or help. */
export type SmsKeyword = 'stop' | 'start' | 'help';

/** The words that carriers, the FCC and, in French, the CRTC name for each; also in two words, as `opt out`. */
const WORDS: Record<SmsKeyword, string[]> = {
  stop: ['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout', 'stopp', 'arret', 'arrêt'],
  start: ['start', 'yes', 'unstop'],
  help: ['help', 'info', 'aide'],
};

/**
 * What a text asks for; null where it is something else. Case, punctuation, quotes, emoji and space around or between are no
 * matter, but the word must be all that it says: `please stop by` is no end.
 */
export function smsKeyword(text: string): SmsKeyword | null {
  const word = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}\p{Z}\p{C}\p{M}]/gu, '');
  const known = Object.entries(WORDS).find(([, words]) => words.includes(word));
  return known ? (known[0] as SmsKeyword) : null;
}
