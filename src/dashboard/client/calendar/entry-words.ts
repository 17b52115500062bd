import type { Schemas } from '../api/types.js';
import { timeOfDay } from '../elements/time.js';

type Entry = Schemas['CalendarEntry'];

/** A campaign's day in words: how often it runs, or when where that is once, and beside that what was left out, which is no run. */
export function entryWords({ runs, left_out, planned, more, first_at }: Entry) {
  const times = runs + planned;
  const leftOut = left_out === 0 ? null : `${left_out} left out`;
  const said = `${runs}${more ? ' or more' : ''} carried out, ${left_out} left out, ${planned} planned`;
  const isOne = times + left_out === 1 && !more;
  // Where some were left out nobody knows whether the first time of the day was that of a run.
  const when = isOne ? timeOfDay(new Date(first_at)) : times === 0 ? null : `${times}${more ? '+' : ''}×`;
  return { when, leftOut, said, isOne };
}
