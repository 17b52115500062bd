import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from '../../platform/csv.js';
import { CampanileError } from '../../platform/errors.js';
import { RequestPipe } from '../../platform/request.pipe.js';
import { checkValues } from '../../platform/request-check.js';
import { alone, checked } from '../contact-input.js';
import { CreateContact } from '../contacts.dto.js';
import { RowCheck } from './row-check.js';
import { rowReader } from './row-reader.js';

/** What the API makes of the body of a request; null where it refuses it. */
async function answered(body: object, country: string | undefined): Promise<Record<string, unknown> | null> {
  try {
    await checkValues({ body, query: undefined });
    const asked = (await new RequestPipe().transform(body, { type: 'body', metatype: CreateContact })) as CreateContact;
    const [contact] = checked([asked], alone, country);
    return Object.fromEntries(Object.entries(contact!).filter(([, value]) => value !== undefined));
  } catch (error) {
    if (error instanceof CampanileError) return null;
    throw error;
  }
}

const odd = fc.constantFrom('', ' ', '\0', '\ud800', "'", '=', '+', '@', 'é', '𝕏', '__proto__', 'constructor');
const mostly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 6, arbitrary: right as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: odd },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.integer() },
  );
const text = (length: number) => fc.string({ unit: 'grapheme', minLength: length, maxLength: length });
const contact = fc.record(
  {
    email: mostly(
      fc.oneof(
        fc.emailAddress(),
        fc.constantFrom(
          ' Ada@Example.COM ',
          'a@b',
          'a@b.c',
          'ada@@example.com',
          `${'a'.repeat(65)}@example.com`,
          'ü@exämple.de',
        ),
      ),
    ),
    phone: mostly(
      fc.constantFrom(
        '+4915112345678',
        '+49 (151) 123-456.78',
        '015112345678',
        '+1',
        '+0123456789',
        '+1234567890123456',
      ),
    ),
    external_id: mostly(fc.oneof(fc.constantFrom('crm-1'), text(200), text(201))),
    first_name: mostly(fc.oneof(fc.constantFrom('Ada'), text(200), text(201))),
    last_name: mostly(fc.constant('Lovelace')),
    locale: mostly(fc.constantFrom('en-GB', 'en_GB', 'e', 'english-language-of-the-isles', 'de')),
    time_zone: mostly(fc.constantFrom('Europe/Berlin', 'europe/berlin', 'Mars/Olympus', 'UTC', '+01:00', 'US/Eastern')),
    attributes: mostly(
      fc.dictionary(fc.oneof(fc.string(), odd), fc.oneof(fc.string(), odd, fc.jsonValue()), { noNullPrototype: true }),
    ),
    consent: mostly(
      fc.record(
        {
          email: mostly(fc.constantFrom('subscribed', 'pending')),
          sms: fc.constant('unsubscribed'),
          fax: fc.constant('subscribed'),
        },
        { requiredKeys: [] },
      ),
    ),
    push_subscriptions: mostly(fc.constantFrom<unknown>([{ token: 'abc' }], [{}], [], [1])),
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe('a row of a file', () => {
  it('is taken exactly where the API takes the same contact, and as the same', async () => {
    const checks = [undefined, 'DE'].map((country) => ({ country, check: new RowCheck(country) }));
    await fc.assert(
      fc.asyncProperty(contact, fc.constantFrom(...checks), async (given, { country, check }) => {
        const [row] = rowReader('ndjson', {}).read(`${JSON.stringify(given)}\n`);
        const verdict =
          row!.malformed === null ? await check.check(row!.contact, row!.verbatim) : { reason: row!.malformed };
        const taken =
          'contact' in verdict ? Object.entries(verdict.contact).filter(([, value]) => value !== undefined) : null;
        const body = JSON.parse(JSON.stringify(given)) as object;
        expect(taken && Object.fromEntries(taken)).toEqual(await answered(body, country));
      }),
      // What CI once met: a national number that no country explains, beside nothing that is wrong.
      { numRuns: 600, examples: [[{ phone: '015112345678' }, checks[0]!]] },
    );
  });

  it('of CSV is the contact that its cells were written from', async () => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((each) => !/[\0\n\r]/.test(each) || each.trim() !== '');
    await fc.assert(
      fc.asyncProperty(words, fc.jsonValue(), fc.nat(40), async (name, inside, cut) => {
        const cells = ['a@example.com', name, JSON.stringify({ inside })];
        const file = csvLine(['email', 'external_id', 'attributes']) + csvLine(cells);
        const reader = rowReader('csv', {});
        const rows = [...reader.read(file.slice(0, cut)), ...reader.read(file.slice(cut)), ...reader.end()];
        expect(rows.map((row) => row.contact)).toEqual([
          { email: cells[0], external_id: name, attributes: JSON.parse(cells[2]!) },
        ]);
      }),
      { numRuns: 300 },
    );
  });
});
