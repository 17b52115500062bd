import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { countGaps } from '../src/audience/variable-gaps.queries.js';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await makeSegment(app, 'readers');
  const readers = [
    { first_name: 'Ada', attributes: { city: { name: 'Bath' }, plan: 'pro' } },
    { first_name: '', attributes: { city: { name: '' }, plan: 0 } },
    { attributes: { city: 'Bath', plan: false } },
    { first_name: 'Eve' },
  ];
  const contacts = readers.map((reader, index) => ({
    email: `r${index}@example.org`,
    segments: ['readers'],
    ...reader,
  }));
  await app.request('POST', '/contacts/bulk', { contacts: [...contacts, { email: 'else@example.org' }] });
});
afterAll(() => app.close());

const missing = async (overrides: object) => {
  const { id } = await makeCampaign(app, {
    schedule_time: '2027-06-01T10:00:00',
    target_segment: 'readers',
    ...overrides,
  });
  return (await app.request('GET', `/campaigns/${id}/missing-variables`)).body;
};

describe('the variables that a message misses', () => {
  it('are counted over its audience, and only where they are printed without a default', async () => {
    const message = `{{ first_name }} {{ attributes.city.name }} {{ attributes.plan }} {{ last_name | default: "friend" }}
      {% if locale %}de{% endif %} {{ unsubscribe_url }}`;
    const answer = await missing({ message, subject: '{{ first_name }} {{ attributes.nothing }}' });
    expect(answer).toMatchObject({ contacts: 4, exact: true });
    expect(answer.variables).toEqual([
      { variable: 'attributes.nothing', missing: 4, share: 1 },
      { variable: 'attributes.city.name', missing: 3, share: 0.75 },
      { variable: 'first_name', missing: 2, share: 0.5 },
      { variable: 'attributes.plan', missing: 1, share: 0.25 },
    ]);
  });

  it('are no gap for who has no address and gets no message', async () => {
    const { id } = (
      await app.request('POST', '/contacts', { phone: '+491701234567', first_name: 'Sam', segments: ['readers'] })
    ).body;
    const email = await missing({ message: '{{ email }} {{ last_name }}' });
    expect(email).toMatchObject({ contacts: 4, variables: [{ missing: 4 }, { variable: 'email', missing: 0 }] });
    const sms = await missing({ channel: 'sms', message: '{{ email }}' });
    expect(sms).toMatchObject({ contacts: 1, variables: [{ variable: 'email', missing: 1 }] });
    await app.request('DELETE', `/contacts/${id}`);
  });

  it('are all of them where no contact has such a field, whatever it is called', async () => {
    const { variables } = await missing({ message: `{{ nonsense }} {{ first_name.x }} {{ attributes["a'b"] }}` });
    expect(variables.map(({ missing }: { missing: number }) => missing)).toEqual([4, 4, 4]);
  });

  it('are none where a message says the same to everybody, also to nobody', async () => {
    expect(await missing({ message: 'Hi' })).toMatchObject({ contacts: 4, exact: true, variables: [] });
    await makeSegment(app, 'nobody');
    const empty = await missing({ message: '{{ first_name }}', target_segment: 'nobody' });
    expect(empty).toMatchObject({ contacts: 0, exact: true, variables: [{ missing: 0, share: 0 }] });
    expectProblem(await app.request('GET', '/campaigns/999/missing-variables'), 404, 'CAMPAIGN_NOT_FOUND');
  });

  it('are estimated from the newest contacts, where there are many', async () => {
    const db = app.app.get(EntityManager).getKysely();
    const many = sql`select id as contact_id from contact cross join generate_series(1, 5000)`;
    const { contacts, empty } = await countGaps(db, many, [['first_name']], 'email', 'newest');
    expect({ contacts, empty }).toEqual({ contacts: 20_000, empty: [10_000] });
  });
});
