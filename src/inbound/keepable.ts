import { storable } from '../platform/storable.js';
import type { ToldReply, ToldReport } from './domain/report.js';

const EVENT_ID_LENGTH = 300;
const MESSAGE_LENGTH = 400;
const WORDS_LENGTH = 1_000;

/** A report or a text as the database can keep it: no longer than it may be, without what PostgreSQL takes for no text. */
export function keepable<Told extends ToldReport | ToldReply>(told: Told): Told {
  const cut = (text: string | null, length: number) => text && storable(storable(text).slice(0, length));
  const eventId = cut(told.eventId, EVENT_ID_LENGTH)!;
  return 'kind' in told
    ? { ...told, eventId, message: cut(told.message, MESSAGE_LENGTH), words: cut(told.words, WORDS_LENGTH) }
    : { ...told, eventId, phone: cut(told.phone, 50)!, text: cut(told.text, 2_000)! };
}
