import { expect, it } from '@jest/globals';
import { filled, soon } from '../../test/support/hostile.js';
import { mailReport } from './domain/mail-report.js';
import { readReturnedMail } from './returned-mail.js';

const read = (to: string) => readReturnedMail(Buffer.from(`From: mx@example.net\r\nTo: ${to}\r\n\r\n`));

it('the recipients of an email are what has an @ between separators', async () => {
  const { recipients } = await read('"News, of us" <news@example.org>, other@example.org;x@example.org, nobody');
  expect(recipients).toEqual(['news@example.org', 'other@example.org', 'x@example.org']);
});

it('a recipient without end is looked at once', async () => {
  const { recipients } = await soon(() => read(filled('x')));
  expect(recipients).toEqual([]);
});

it('no more is read than what a report may need, for many parts take long', async () => {
  const head = 'From: mx@example.net\r\nContent-Type: multipart/report; boundary=b\r\n\r\n';
  const status = '--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n';
  const last = '--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n';
  const kindOf = async (mail: string) => mailReport(await readReturnedMail(Buffer.from(mail)), null)?.kind;
  expect(await kindOf(head + status + last)).toBe('complained');
  expect(await kindOf(head + status + filled('--b\r\n') + last)).toBe('bounced');
});
