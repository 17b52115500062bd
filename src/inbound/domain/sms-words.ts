/** Without what is neither letter nor digit: accents, punctuation, emoji. */
const bare = (text: string): string => text.replaceAll(/[\p{P}\p{S}\p{C}\p{M}]/gu, '');

const lettersOf = (text: string): string => text.normalize('NFKD').toLowerCase();

const writtenWords = (text: string): string[] => lettersOf(text).split(/[\s\p{Z},;:!?/()]+/u);

const notEmpty = (word: string): boolean => word !== '';

/** A text's words in lower case, without accents, punctuation, emoji or anything else that is no letter or digit. */
export const wordsOf = (text: string): string[] => writtenWords(text).map(bare).filter(notEmpty);

/** The same, where a word with dots or dashes in it that is none of the known ones counts as several: `Stop.Thanks`. */
export const knownWordsOf = (text: string, isKnown: (word: string) => boolean): string[] =>
  writtenWords(text)
    .flatMap((word) => (isKnown(bare(word)) ? [word] : word.split(/[.\p{Pd}]+/u)))
    .map(bare)
    .filter(notEmpty);

/** What a comma or the end of a sentence sets apart; not what stands behind single letters: `S. T. O. P.` */
export const clausesOf = (text: string): string[] =>
  lettersOf(text).split(/(?:[,;:!?/()]|\.(?=\s))(?<=[\p{L}\p{M}]{2}\s*.)/u);

/** Words that count as one however they are spaced: `opt out`, `optout`. `text` has commas between them. */
export const oneWords = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .split(',')
      .map((word) => wordsOf(word).join(''))
      .filter((word) => word !== ''),
  );

/**
 * What asks for an end: the words that carriers, the FCC and, in French, the CRTC name, and those of other languages. None
 * that says something else where it stands alone.
 */
export const STOP_WORDS = oneWords(`
  stop, stop all, unsubscribe, unsub, cancel, cancel all, end, quit, revoke, opt out, remove, take off, no more,
  stopp, stoppen, abmelden, abmeldung, abbestellen, kündigen, kuendigen, austragen, beenden, ende, aufhören, aufhoeren, keine mehr,
  arrêt, arrêter, arrêtez, arrête, annuler, annulez, désabonner, désabonnement, désinscrire, désinscription, résilier,
  baja, alto, parar, pare, detener, cancelar, anular, terminar, dar de baja, darme de baja, desuscribir, desuscribirme,
  sair, remover, descadastrar, annulla, annullare, cancella, cancellami, disiscrivi, disiscrivimi, basta,
  afmelden, uitschrijven, opzeggen, stopzetten, afmeld, avmeld, avsluta, avslutt, sluta, avregistrera, lopeta,
  rezygnuję, wypisz, anuluj, odhlásit, zrušit, leiratkozás, dezabonare, iptal, стоп, отписаться, отмена`);

/** Those of them that ask for nothing after `I will`, which tells what somebody is about to do. */
export const PLANS = oneWords('take off, no more');

/** What people put around that: politeness, whom it is for, and what should end. By itself it asks for nothing. */
export const FILLERS = new Set(
  wordsOf(`
  please pls plz thanks thank you thx now immediately ok okay yes hi hello hey dear all me my number i want to wish
  would like can could us this these from of your list sending send texting text texts message messages messaging msg msgs
  sms alerts notifications emails subscription
  bitte danke sofort jetzt hallo mich mir ich will möchte nachricht nachrichten
  svp s'il s’il vous plaît te merci moi bonjour je veux les por favor gracias hola quiero mensajes obrigado obrigada ola quero
  mensagens per favore grazie messaggi alsjeblieft alstublieft aub graag tack tak takk proszę dziękuję lütfen пожалуйста`),
);
