import { clausesOf, FILLERS, knownWordsOf, oneWords, PLANS, STOP_WORDS, wordsOf } from './sms-words.js';

/** What a text can ask for: an end, a new beginning, or help. */
export type SmsKeyword = 'stop' | 'start' | 'help';

/** What else carriers name, each all that a text says. */
const WORDS: Record<'start' | 'help', ReadonlySet<string>> = {
  start: oneWords('start, yes, unstop'),
  help: oneWords('help, info, aide'),
};

/** A line that does not go on with the one before: it has a capital letter, or is how telephones and people begin signatures. */
const BEGINS_ANEW = /^(?:\P{L}*\p{Lu}|\p{Pd}+$|sent (?:from|via|with)\s)/u;

/**
 * What a text asks for; null where it is something else. Case, accents, punctuation, quotes, emoji and space are no matter,
 * nor is what follows in further lines. An end may be asked for politely and more than once, for any reasonable way counts,
 * but with no word that could turn it: `please stop by` and `don't stop` are none. Nor are words that a comma or `I will`
 * keeps from being one: `No, more please`, `I will take off now`. Where a request is begun in one line and goes on after the
 * line with the stop, that line is no request: `Please`, `stop`, `by at 5`. `own` are further words for it.
 */
export function smsKeyword(text: string, own: ReadonlySet<string> = new Set()): SmsKeyword | null {
  const isStop = (word: string) => STOP_WORDS.has(word) || own.has(word);
  const lines = text.split(/[\r\n\u2028\u2029]+/).map((line) => line.trim());
  if (isEnd(text, isStop) || isEndInLine(lines, isStop)) return 'stop';
  const first = lines.find((line) => wordsOf(line).length > 0) ?? '';
  const whole = [text, first].map((words) => wordsOf(words).join(''));
  // A beginning above an end is neither.
  const isEnded = lines.some((line) => isEnd(line, isStop));
  if (whole.some((word) => WORDS.start.has(word))) return isEnded ? null : 'start';
  return whole.some((word) => WORDS.help.has(word)) ? 'help' : null;
}

type IsStop = (word: string) => boolean;

const isFiller = (word: string): boolean => FILLERS.has(word);

/** Whether the words ask for an end, and for nothing else. */
function isEnd(text: string, isStop: IsStop): boolean {
  const clauses = clausesOf(text)
    .map((clause) => knownWordsOf(clause, (word) => isStop(word) || isFiller(word)))
    .filter((words) => isStop(words.join('')) || !words.every(isFiller));
  return clauses.length > 0 && clauses.every((words) => isEndInClause(words, isStop));
}

function isEndInClause(words: readonly string[], isStop: IsStop): boolean {
  const asked = words.filter((word) => !isFiller(word));
  if (isStop(words.join('')) || (asked.length > 0 && asked.every(isStop))) return true;
  const whole = asked.join('');
  const isPlan = PLANS.has(whole) && words.some((word, index) => word === 'i' && words[index + 1] === 'will');
  return isStop(whole) && !isPlan;
}

/** Whether the first line that asks for anything does so by itself. */
function isEndInLine(lines: readonly string[], isStop: IsStop): boolean {
  const at = lines.findIndex((line) => !wordsOf(line).every(isFiller));
  const line = lines[at];
  if (line === undefined || !isEnd(line, isStop)) return false;
  const isBegun = lines.slice(0, at).some((before) => wordsOf(before).length > 0) && !wordsOf(line).some(isFiller);
  const next = lines.slice(at + 1).find((later) => later !== '');
  return (
    !isBegun || next === undefined || BEGINS_ANEW.test(next) || wordsOf(next).every(isFiller) || isEnd(next, isStop)
  );
}
