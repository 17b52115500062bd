import { describe, expect, it } from '@jest/globals';
import { cronInWords } from './cron-words.js';

describe('a cron expression in words', () => {
  it.each([
    ['0 9 * * 1-5', 'Monday to Friday at 09:00'],
    ['0 9 * * MON-FRI', 'Monday to Friday at 09:00'],
    ['0 0 9 * * mon', 'Every Monday at 09:00'],
    ['30 8 * * 5,1', 'Every Monday and Friday at 08:30'],
    ['5 0 * * *', 'Every day at 00:05'],
    ['0 9,14,20 * * *', 'Every day at 09:00, 14:00 and 20:00'],
    ['0 9 1 * *', 'On the 1st of every month at 09:00'],
    ['0 9 22,3,11 * ?', 'On the 3rd, 11th and 22nd of every month at 09:00'],
    ['* * * * *', 'Every minute'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['*/15 * * * 1-5', 'Every 15 minutes, Monday to Friday'],
    ['*/15 * * * 0', 'Every 15 minutes, every Sunday'],
    ['10 * 1 * *', 'Every hour at 10 minutes past, on the 1st of every month'],
  ])('%s is %s', (expr, words) => expect(cronInWords(expr)).toBe(words));

  it.each([
    '0 9 1 * 1',
    '0 9 L * *',
    '0 9 * * 1#2',
    '0 9 * 1 *',
    '30 0 9 * * *',
    '*/7 * * * *',
    '0 9-17 * * *',
    '0 9 * * +1',
  ])('%s has none: they would be harder to read', (expr) => expect(cronInWords(expr)).toBeNull());
});
