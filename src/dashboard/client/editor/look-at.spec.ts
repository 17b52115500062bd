import { expect, it } from '@jest/globals';
import { thingsToLookAt } from './look-at.js';

const warning = { code: 'NO_WAY_OUT', message: 'It has no way out.', pointer: '/message' };
const city = { variable: 'attributes.city', missing: 24, share: 0.2 };
const name = { variable: 'first_name', missing: 0, share: 0 };

it('counts gaps that somebody would see along with what the API warns of', () => {
  expect(thingsToLookAt([warning], { contacts: 120, exact: true, variables: [city, name] })).toEqual([
    { code: 'NO_WAY_OUT', message: 'It has no way out.' },
    { message: '24 of 120 contacts (20%) would see a gap: attributes.city' },
  ]);
});

it('says once what nobody has', () => {
  const message = 'None of the 120 contacts looked at has the attribute of {{ attributes.city }}; it would be empty.';
  const unknown = { code: 'UNKNOWN_VARIABLE', message, pointer: '/message' };
  const all = { contacts: 120, exact: true, variables: [{ ...city, missing: 120, share: 1 }] };
  expect(thingsToLookAt([unknown], all)).toEqual([{ code: 'UNKNOWN_VARIABLE', message }]);
  expect(thingsToLookAt([unknown, { ...unknown, pointer: '/subject' }], all)).toHaveLength(1);
});

it('believes the count of all where it finds somebody who has it', () => {
  const message = 'None of the 500 contacts looked at has the attribute of {{ attributes.city }}; it would be empty.';
  const unknown = { code: 'UNKNOWN_VARIABLE', message, pointer: '/message' };
  const most = { ...city, missing: 60_357, share: 60_357 / 60_394 };
  expect(thingsToLookAt([unknown], { contacts: 60_394, exact: true, variables: [most] })).toEqual([
    { message: '60,357 of 60,394 contacts (99.9%) would see a gap: attributes.city' },
  ]);
});

it('says under how many percent a few of many are', () => {
  const few = { ...city, missing: 30, share: 30 / 60_394 };
  expect(thingsToLookAt([], { contacts: 60_394, exact: true, variables: [few] })).toEqual([
    { message: '30 of 60,394 contacts (under 0.1%) would see a gap: attributes.city' },
  ]);
});

it('says where only a part was looked through, and nothing where nobody sees a gap', () => {
  expect(thingsToLookAt([], { contacts: 120, exact: false, variables: [city] })).toEqual([
    { message: '24 of the newest 120 contacts (20%) would see a gap: attributes.city' },
  ]);
  expect(thingsToLookAt([], { contacts: 120, exact: true, variables: [name] })).toEqual([]);
  expect(thingsToLookAt([], undefined)).toEqual([]);
});
