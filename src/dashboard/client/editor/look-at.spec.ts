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
  expect(thingsToLookAt([unknown], { ...all, variables: [city] })).toHaveLength(2);
});

it('says where only a part was looked through, and nothing where nobody sees a gap', () => {
  expect(thingsToLookAt([], { contacts: 120, exact: false, variables: [city] })).toEqual([
    { message: '24 of the newest 120 contacts (20%) would see a gap: attributes.city' },
  ]);
  expect(thingsToLookAt([], { contacts: 120, exact: true, variables: [name] })).toEqual([]);
  expect(thingsToLookAt([], undefined)).toEqual([]);
});
