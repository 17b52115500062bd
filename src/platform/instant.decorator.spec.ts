import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import { IsOptional } from 'class-validator';
import { Instant } from './instant.decorator.js';
import { RequestPipe } from './request.pipe.js';

class Asked {
  @IsOptional()
  @Instant()
  at?: Date | null;
}

const read = (at: unknown) => new RequestPipe().transform({ at }, { type: 'body', metatype: Asked }) as Promise<Asked>;

it.each([
  ['2027-01-31T08:00:00Z', '2027-01-31T08:00:00.000Z'],
  ['2027-01-31T08:00:00.5+02:00', '2027-01-31T06:00:00.500Z'],
  ['2028-02-29T08:00-01:00', '2028-02-29T09:00:00.000Z'],
  ['2027-01-31', '2027-01-31T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
])('an instant written %s is %s', async (text, instant) => {
  expect((await read(text)).at).toEqual(new Date(instant));
});

it('an instant that may be left out may be null', async () => {
  expect((await read(null)).at).toBeNull();
});

it.each([
  '-271821-04-20T00:00:00Z',
  '-005000-01-01T00:00:00Z',
  '+275760-01-01T00:00:00Z',
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '2027-02-30T00:00:00Z',
  '2027-01-31T08:00:00',
  '2027-01-31T25:00:00Z',
  'soon',
  '',
  8_640_000_000_000_000,
  true,
  ['2027-01-31'],
  { year: 2027 },
])('%j is refused as none', async (value) => {
  const refused = { code: 'VALIDATION_FAILED', errors: [{ pointer: '/at', message: expect.stringContaining('date') }] };
  await expect(read(value)).rejects.toMatchObject(refused);
});
