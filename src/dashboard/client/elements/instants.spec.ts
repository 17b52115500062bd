import { expect, it } from '@jest/globals';
import { withInstants } from './instants.js';

it('writes the instants of a text by a clock that people know', () => {
  const text = 'Asked for at 2027-02-08T09:00:00.000Z, done at 2027-02-08T09:00:01Z; version 2027-02-08 stays';
  expect(withInstants(text, 'Europe/Berlin')).toBe(
    'Asked for at Mon, 8 Feb 2027, 10:00:00 CET (Europe/Berlin), done at Mon, 8 Feb 2027, 10:00:01 CET (Europe/Berlin); version 2027-02-08 stays',
  );
});
