import { describe, expect, it } from '@jest/globals';
import { filled, soon } from '../../../test/support/hostile.js';
import { smsKeyword } from './sms-keyword.js';
import { oneWords } from './sms-words.js';

describe('a text message', () => {
  it.each([
    'STOP',
    'stop',
    ' Stop. ',
    '"STOP"',
    'STOP!!!',
    'S.T.O.P',
    'ＳＴＯＰ',
    'stopall',
    'Unsubscribe',
    'cancel',
    'END',
    'quit',
    'revoke',
    'OPT OUT',
    'opt-out',
    'optout',
    'Stopp!',
    'ARRET',
    'arre\u0302t',
    'STOP ✋🏽',
    'STOP ❤\uFE0F',
    'Stop 1\uFE0F\u20E3'.replace('1', ''),
    'Please stop',
    'stop please',
    'STOP, thank you!',
    'Stop stop',
    'STOP. STOP! stop',
    'stop / cancel',
    'unsubscribe me',
    'Hi, could you stop texting me please',
    'I want to cancel my subscription',
    'take me off your list',
    'no more texts',
    'Yes stop',
    'STOP\nSent from my iPhone',
    '\r\n Please stop \r\n-- \r\nAda',
    'Please\nstop',
    'OPT\nOUT',
    'ABMELDEN',
    'STOPP BITTE',
    'Bitte keine SMS mehr',
    'kündigen',
    'ARRÊTER',
    'ANNULER',
    'arrêtez s’il vous plaît',
    'Désabonnement svp',
    'BAJA',
    'Quiero darme de baja',
    'PARAR',
    'sair por favor',
    'Basta grazie',
    'Afmelden aub',
    'İPTAL',
    'Стоп, пожалуйста',
    'Stop.Thanks',
    'STOP-please',
    'STOP—please',
    'STOP.STOP',
    'stop un-subscribe',
    'S. T. O. P.',
    'Please opt-out. Thanks!',
    'No more, please',
    'Ich will keine SMS mehr',
    'STOP\nI never asked for this',
    'Hi\nplease stop texting me\nI never asked for this',
    'Hi\nSTOP\nI never asked for this',
    'Yes\nstop\nI never asked for this',
    'please\nopt out\nopt out',
    'I will opt out',
    'Please\nstop\nAda Lovelace',
    'Please\nstop\nthanks\n--\nAda Lovelace, Head of Engines',
    'Please\nstop\nSent from my iPhone',
  ])('%j asks for an end', (text) => expect(smsKeyword(text)).toBe('stop'));

  it.each(['START', 'Yes!', 'unstop', 'start\nSent from my iPhone'])('%j asks for a new beginning', (text) =>
    expect(smsKeyword(text)).toBe('start'),
  );

  it.each(['HELP', 'info?', 'AIDE'])('%j asks for help', (text) => expect(smsKeyword(text)).toBe('help'));

  it.each([
    ...['', '…', 'please stop by', 'do not stop', 'the end', 'yes please', 'constructor', 'stop it'],
    ...[
      "please don't stop",
      'Please don’t stop',
      'never stop',
      'when does the sale stop?',
      'stop start',
      'please',
      'Hi\nYes',
    ],
    ...[
      'I will be there\nstop',
      'bitte nicht stoppen',
      'ne pas arrêter',
      'no pare',
      'thanks, see you at the end',
      'help stop',
    ],
    ...['No, more please', 'No. More please', 'I will take off now', 'Please\nstop\nby at 5', 'non-stop', 'don’t-stop'],
    ...['yes\nstop\nby at 5', 'start\nstop'],
  ])('%j asks for nothing', (text) => expect(smsKeyword(text)).toBeNull());

  it('may ask for an end in words of one’s own, too', () => {
    const own = oneWords(' Nix mehr, ,fini');
    for (const text of ['nix MEHR!', 'please fini', 'NIXMEHR', 'stop']) expect(smsKeyword(text, own)).toBe('stop');
    for (const text of ['', 'nix', 'mehr']) expect(smsKeyword(text, own)).toBeNull();
  });

  it('is read in one go, however long it is', async () => {
    for (const filling of [' ', '\n', 'a ', 'stop ', '\u0301', '!'])
      expect(await soon(() => smsKeyword(`${filled(filling)}x`))).toBeNull();
  });
});
