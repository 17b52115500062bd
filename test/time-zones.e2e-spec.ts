import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseZone, isTimeZone, spellZone } from '../src/audience/domain/time-zone.js';
import { startApp, type TestApp } from './support/app.js';
import { onServer } from './support/database.js';
import { makeCampaign } from './support/factories.js';
import { expectProblem } from './support/problems.js';

/** Of PostgreSQL's names those that are no zones: no place, a file's, the machine's own, and other ways to count seconds. */
const NO_ZONE = /^(?:Factory|posixrules|localtime|(?:posix|right)\/.*)$/;
/** Winter and summer of a year that both zone databases have long known. */
const MOMENTS = ['2024-01-15T12:00:00Z', '2024-07-15T12:00:00Z'];

/** Minutes ahead of UTC, as JavaScript has it. */
function offsetOf(timeZone: string, at: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const text = format.formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')!.value;
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text)!;
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

describe('every name of the zone database', () => {
  let names: string[];
  beforeAll(async () => {
    const { rows } = await onServer((client) => client.query<{ name: string }>('select name from pg_timezone_names'));
    names = rows.map(({ name }) => name).filter((name) => !NO_ZONE.test(name));
  });

  it('is taken in any case, and keeps its own spelling', () => {
    expect(names.length).toBeGreaterThan(480);
    const spelled = names.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()].map(spellZone));
    expect(spelled).toEqual(names.flatMap((name) => [name, name, name]));
    expect(names.filter((name) => !isTimeZone(name) || !isTimeZone(name.toLowerCase()))).toEqual([]);
  });

  it('is known to the database, which has the same clock for it', async () => {
    const known = [...new Set([...names, ...Intl.supportedValuesOf('timeZone')])];
    for (const at of MOMENTS) {
      const { rows } = await onServer((client) =>
        client.query<{ minutes: number }>(
          `select extract(epoch from ($1::timestamptz at time zone z.name) - ($1::timestamptz at time zone 'UTC'))::int / 60
             as minutes from unnest($2::text[]) with ordinality z (name, place) order by z.place`,
          [at, known.map(databaseZone)],
        ),
      );
      const here = known.map((name) => [name, offsetOf(name, at)]);
      expect(rows.map(({ minutes }, place) => [known[place], minutes])).toEqual(here);
    }
  });
});

describe('a time zone', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it.each([
    ['utc', 'UTC'],
    ['cet', 'CET'],
    ['EST5EDT', 'EST5EDT'],
    ['GMT', 'GMT'],
    ['etc/utc', 'Etc/UTC'],
    ['us/eastern', 'US/Eastern'],
    ['asia/calcutta', 'Asia/Calcutta'],
  ])('given as %s is %s, in a campaign, a contact and a report', async (given, spelled) => {
    const { id, time_zone } = await makeCampaign(app, { time_zone: given, name: given });
    expect(time_zone).toBe(spelled);
    const contact = await app.request('POST', '/contacts', { external_id: given, time_zone: given });
    expect(contact.body).toMatchObject({ time_zone: spelled });
    const report = await app.request('GET', `/campaigns/${id}/click-heat-map?time_zone=${given}`);
    expect(report.body).toMatchObject({ time_zone: spelled });
  });

  it.each(['%2B02:00', 'GMT%2B2', 'PST', 'Mars/Olympus'])('is not %s, and it is said why', async (given) => {
    const zone = { time_zone: decodeURIComponent(given) };
    const campaign = { name: 'x', type: 'one_time', schedule_time: '2027-01-01', message: 'x', ...zone };
    const { id } = await makeCampaign(app);
    for (const answer of [
      await app.request('POST', '/campaigns/', campaign),
      await app.request('POST', '/contacts', { external_id: 'x', ...zone }),
      await app.request('GET', `/campaigns/${id}/click-heat-map?time_zone=${given}`),
    ]) {
      expectProblem(answer, 400, answer.body.code, '/time_zone');
      expect(answer.body.errors[0].message).toMatch(/an offset such as \+02:00 is none/);
    }
  });
});
