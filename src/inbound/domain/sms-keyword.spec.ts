import { describe, expect, it } from '@jest/globals';
import { smsKeyword } from './sms-keyword.js';

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
  ])('%j asks for an end', (text) => expect(smsKeyword(text)).toBe('stop'));

  it.each(['START', 'Yes!', 'unstop'])('%j asks for a new beginning', (text) => expect(smsKeyword(text)).toBe('start'));

  it.each(['HELP', 'info?', 'AIDE'])('%j asks for help', (text) => expect(smsKeyword(text)).toBe('help'));

  it.each(['', '…', 'please stop by', 'do not stop', 'the end', 'yes please', 'constructor', 'stop it'])(
    '%j asks for nothing',
    (text) => expect(smsKeyword(text)).toBeNull(),
  );
});
