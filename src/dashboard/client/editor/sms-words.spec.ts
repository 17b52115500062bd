import { expect, it } from '@jest/globals';
import { smsWords } from './sms-words.js';

const template = 'Hello {{ first_name }}';

it('counts what the previewed contact gets, and names the character that makes it dearer', () => {
  expect(smsWords(template, { text: 'Hello Zoë', who: 'Zoë' })).toEqual({
    words:
      'As Zoë gets it: 9 characters in 1 SMS segment (UCS-2, because of “ë”: such a message has room for 70 characters instead of 160)',
    tooMany: false,
  });
});

it('names nobody where everybody gets the same', () => {
  expect(smsWords('Hello', { text: 'Hello', who: 'Zoë' }).words).toBe('5 characters in 1 SMS segment (GSM-7)');
});

it('says that it is of the template as long as nothing was previewed', () => {
  expect(smsWords('Hello', null).words).toBe('The template as it is typed: 5 characters in 1 SMS segment (GSM-7)');
});

it('names a character that nobody sees, and where it stands', () => {
  expect(smsWords('Sale\u00a0today', { text: 'Sale\u00a0today', who: 'Zoë' }).words).toMatch(
    /\(UCS-2, because of no-break space \(U\+00A0\) after “Sale”: such a message/,
  );
});

it('says where carriers would not put it together again', () => {
  expect(smsWords(template, { text: 'a'.repeat(1_531), who: 'Ada' })).toEqual({
    words: 'As Ada gets it: 1,531 characters in 11 SMS segments (GSM-7); carriers put 10 together at most',
    tooMany: true,
  });
});
