import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { expectProblem } from './support/problems.js';

const NOW = '2026-11-22T12:00:30.000Z';
const HOUR = 3_600_000;

let app: TestApp;
let run: { id: number; campaign_id: number };

/**
 * Of ten contacts the first two are refused for good, the third is put off until its tries are used up, the fourth is put off
 * once and then accepted; everybody else is accepted at once.
 */
beforeAll(async () => {
  app = await startApp({ env: { RETRY_MAX_ATTEMPTS: '3', RETRY_BASE_MS: '60000' } });
  app.clock.set(NOW);
  await makeSegment(app, 'ten');
  await makeContacts(app, 10, { segments: ['ten'] });
  app.providers.email.answer = ({ to, attempt }) => {
    if (['c1@example.com', 'c2@example.com'].includes(to))
      return { outcome: 'rejected', code: 'smtp_552', response: `=552 mailbox of ${to} is full` };
    if (to === 'c3@example.com' || (to === 'c4@example.com' && attempt === 1))
      return { outcome: 'deferred', scope: 'recipient', code: 'smtp_450', response: '450 later' };
    return { outcome: 'sent', providerMessageId: null };
  };
  run = await carryOut(app, { target_segment: 'ten', time_zone: 'Europe/Berlin', name: 'One' });
  for (let hour = 0; hour < 3; hour += 1) {
    app.clock.advance(HOUR);
    await app.tick();
  }
  await app.sql(sql`
    insert into hit (run_id, contact_id, place, number, at, user_agent, prefetch, verdict, reason) values
      (${run.id}, 6, 1, 2, '2026-11-22T12:01:00Z', 'A', false, 'human', null),
      (${run.id}, 6, 2, 2, '2026-11-22T12:02:00Z', 'A', false, 'human', null),
      (${run.id}, 7, 1, 2, '2026-11-23T23:30:00Z', 'A', false, 'human', null),
      (${run.id}, 8, 1, 0, '2026-11-22T12:03:00Z', 'A', false, 'human', null),
      (${run.id}, 9, 1, 2, '2026-11-22T12:00:31Z', 'B', false, 'machine', 'bot')`);
  await app.sql(sql`
    insert into engagement (run_id, contact_id, kind, at) values
      (${run.id}, 6, 'clicked', '2026-11-22T12:01:00Z'), (${run.id}, 6, 'opened', '2026-11-22T12:01:00Z'),
      (${run.id}, 7, 'clicked', '2026-11-23T23:30:00Z'), (${run.id}, 8, 'opened', '2026-11-22T12:03:00Z')`);
});
afterAll(() => app.close());
const of = (report: string) => app.request('GET', `/runs/${run.id}/${report}`);
const ofCampaign = (report: string) => app.request('GET', `/campaigns/${run.campaign_id}/${report}`);
const nothing = { sent: 0, failed: 0, skipped: 0, in_doubt: 0, opened: 0, clicked: 0 };

describe('a timeline', () => {
  it('has every minute of a preset from the send on, zeros included', async () => {
    const { body } = await of('timeline?preset=first_hour');
    expect(body).toMatchObject({ by: 'minute', time_zone: 'Europe/Berlin', from: '2026-11-22T12:00:00.000Z' });
    expect(body.steps).toHaveLength(60);
    expect(body.steps[0]).toEqual({ ...nothing, from: '2026-11-22T12:00:00.000Z', sent: 6, failed: 2 });
    expect(body.steps[2]).toEqual({ ...nothing, from: '2026-11-22T12:02:00.000Z' });
    expect(body.totals).toEqual({ ...nothing, sent: 6, failed: 2, opened: 2, clicked: 1 });
  });

  it('has days of the zone that is asked for, and of the campaign unless one is', async () => {
    const days = async (query: string) =>
      (await ofCampaign(`timeline?by=day${query}`)).body.steps.map(
        ({ from, clicked }: { from: string; clicked: number }) => [from, clicked],
      );
    expect(await days('')).toEqual([
      ['2026-11-21T23:00:00.000Z', 1],
      ['2026-11-22T23:00:00.000Z', 0],
      ['2026-11-23T23:00:00.000Z', 1],
    ]);
    expect(await days('&time_zone=america/los_angeles')).toEqual([
      ['2026-11-22T08:00:00.000Z', 1],
      ['2026-11-23T08:00:00.000Z', 1],
    ]);
  });

  it('shows the whole steps of a stretch by wall time', async () => {
    const { body } = await of('timeline?by=hour&from=2026-11-22T13:30&to=2026-11-22T15:00');
    expect(body).toMatchObject({ from: '2026-11-22T12:00:00.000Z', to: '2026-11-22T14:00:00.000Z' });
    expect(body.steps.map(({ sent }: { sent: number }) => sent)).toEqual([6, 1]);
  });

  it('of what was never sent is empty', async () => {
    const { id } = await makeCampaign(app, { schedule_time: '2027-12-01T00:00:00', target_segment: 'ten' });
    const { body } = await app.request('GET', `/campaigns/${id}/timeline`);
    expect(body).toMatchObject({ from: null, to: null, totals: nothing, steps: [] });
  });

  it('is refused where the wish makes no sense', async () => {
    const refused = async (query: string, code: string, pointer: string) =>
      expectProblem(await of(`timeline?${query}`), 400, code, pointer);
    await refused('by=week', 'VALIDATION_FAILED', '/by');
    await refused('preset=last_year', 'VALIDATION_FAILED', '/preset');
    await refused('preset=all&from=2026-11-22', 'VALIDATION_FAILED', '/preset');
    await refused('from=2026-02-30', 'VALIDATION_FAILED', '/from');
    await refused('from=2026-11-22&to=2026-11-22', 'VALIDATION_FAILED', '/to');
    await refused('time_zone=Mars/Olympus', 'VALIDATION_FAILED', '/time_zone');
    await refused('by=minute&from=2026-01-01&to=2026-11-22', 'TOO_MANY_STEPS', '/by');
    await refused('colour=red', 'VALIDATION_FAILED', '/colour');
    expectProblem(await app.request('GET', '/runs/999999/timeline'), 404, 'RUN_NOT_FOUND');
    expectProblem(await app.request('GET', '/campaigns/999999/timeline'), 404, 'CAMPAIGN_NOT_FOUND');
  });
});

describe('failures', () => {
  it('are told by reason, and what trying again came to', async () => {
    const { body } = await of('failures');
    expect(body.failed).toBe(3);
    expect(body.reasons).toEqual([
      {
        ...{ reason: 'smtp_552', count: 2, share: 0.6667, cumulative_share: 0.6667, retryable: false },
        ...{ example_code: 'smtp_552', example: expect.stringMatching(/^=552 mailbox of c[12]@example.com is full$/) },
      },
      {
        ...{ reason: 'attempts_exhausted', count: 1, share: 0.3333, cumulative_share: 1, retryable: true },
        ...{ example_code: 'smtp_450', example: '450 later' },
      },
    ]);
    expect(body.tries).toEqual([
      { tries: 1, recipients: 10, sent: 6, failed: 2, in_doubt: 0, sent_share: 0.6 },
      { tries: 2, recipients: 2, sent: 1, failed: 0, in_doubt: 0, sent_share: 0.5 },
      { tries: 3, recipients: 1, sent: 0, failed: 1, in_doubt: 0, sent_share: 0 },
    ]);
    expect((await ofCampaign('failures')).body).toEqual(body);
  });

  it('come as CSV in which no spreadsheet computes anything', async () => {
    for (const answer of [
      await of('failures?format=csv'),
      await app.request('GET', `/runs/${run.id}/failures`, undefined, { accept: 'text/csv' }),
    ]) {
      expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="run-${run.id}-failures.csv"`);
      const lines = answer.body.split('\r\n');
      expect(lines[0]).toBe('reason,count,share,cumulative_share,retryable,example_code,example');
      expect(lines[1]).toMatch(/^smtp_552,2,0.6667,0.6667,false,smtp_552,'=552 mailbox/);
    }
    expect((await of('failures?format=csv&raw=true')).body).toMatch(/smtp_552,=552 mailbox/);
    expectProblem(await of('failures?format=xml'), 400, 'VALIDATION_FAILED', '/format');
  });

  it('come with their tries as CSV, too', async () => {
    const { headers, body } = await of('failures?format=csv&rows=tries');
    expect(headers['content-disposition']).toContain(`"run-${run.id}-tries.csv"`);
    const rows = ['1,10,6,2,0,0.6', '2,2,1,0,0,0.5', '3,1,0,1,0,0'];
    expect(body.trim().split('\r\n').slice(1)).toEqual(rows);
  });
});

describe('clicks', () => {
  const cells = async (query = '') =>
    (await of(`click-heat-map${query}`)).body.cells.filter(({ clicks }: { clicks: number }) => clicks > 0);

  it('are drawn by weekday and hour of a zone, of people or of everybody', async () => {
    expect(await cells()).toEqual([
      { weekday: 'tuesday', hour: 0, clicks: 1 },
      { weekday: 'sunday', hour: 13, clicks: 2 },
    ]);
    expect(await cells('?hits=all&time_zone=UTC')).toEqual([
      { weekday: 'monday', hour: 23, clicks: 1 },
      { weekday: 'sunday', hour: 12, clicks: 3 },
    ]);
    const { body } = await ofCampaign('click-heat-map');
    expect(body).toMatchObject({ clicks: 3, hits: 'human', time_zone: 'Europe/Berlin' });
    expect(body.cells).toHaveLength(168);
    expectProblem(await of('click-heat-map?time_zone=PST'), 400, 'VALIDATION_FAILED', '/time_zone');
  });

  it('are told by how long they took from the acceptance', async () => {
    const waits = async (query = '') => {
      const { body } = await of(`time-to-click${query}`);
      const bars = (body.waits as { from_seconds: number; recipients: number }[]).filter((bar) => bar.recipients > 0);
      return [body.recipients, body.median_seconds, bars.map(({ from_seconds }) => from_seconds)];
    };
    expect(await waits()).toEqual([2, (30 + 127_770) / 2, [30, 86_400]]);
    expect(await waits('?hits=all')).toEqual([3, 30, [0, 30, 86_400]]);
    expect((await ofCampaign('time-to-click')).body.waits).toHaveLength(17);
  });
});

describe('a comparison', () => {
  it('puts campaigns beside each other as they were named, with how sure their rates are', async () => {
    const other = await makeCampaign(app, { name: '=Other', schedule_time: '2027-12-01T00:00:00' });
    const url = `/analytics/compare?campaign_id=${other.id}&campaign_id=${run.campaign_id}`;
    const { body } = await app.request('GET', url);
    expect(body).toMatchObject([
      { campaign_id: other.id, rates: { open_rate: null }, intervals: { open_rate: null } },
      {
        campaign_id: run.campaign_id,
        sent: 7,
        rates: { sent_rate: 0.7 },
        intervals: { sent_rate: { low: 0.3968, high: 0.8922 } },
      },
    ]);
    const csv = (await app.request('GET', `${url}&format=csv`)).body.split('\r\n');
    expect(csv[1]).toContain(`${other.id},'=Other,0`);
    expect(csv[2]).toContain('0.7,0.3968,0.8922');
  });

  it('is refused of one, of the same twice, of what is not there', async () => {
    const refused = (query: string) => app.request('GET', `/analytics/compare${query}`);
    for (const query of ['', '?campaign_id=1', '?campaign_id=1&campaign_id=1', '?campaign_id=1&campaign_id=x'])
      expectProblem(await refused(query), 400, 'VALIDATION_FAILED', '/campaign_id');
    expectProblem(await refused('?campaign_id=1&campaign_id=999999'), 404, 'CAMPAIGN_NOT_FOUND');
  });
});

describe('a cohort', () => {
  it('shows runs as each was at the same age', async () => {
    app.clock.set('2027-03-01T10:00:00Z');
    const daily = {
      type: 'recurring',
      frequency: 'daily',
      schedule_time: '2027-03-01T10:00:00',
      target_segment: 'ten',
    };
    const { id } = await makeCampaign(app, daily);
    app.providers.email.answer = ({ to }) =>
      to === 'c3@example.com'
        ? { outcome: 'deferred', scope: 'recipient', code: 'smtp_450' }
        : { outcome: 'sent', providerMessageId: null };
    await app.tick();
    app.clock.advance(2 * HOUR);
    app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
    await app.tick();
    app.clock.set('2027-03-02T10:00:00Z');
    await app.tick();
    const cohort = async (query: string) => (await app.request('GET', `/campaigns/${id}/cohort${query}`)).body;
    expect(await cohort('?age=1h')).toMatchObject([
      { sent: 10, complete: false, age: '1h', rates: { delivered_rate: 1 } },
      { sent: 9, complete: true },
    ]);
    expect(await cohort('?age=6h')).toMatchObject([{ sent: 10 }, { sent: 10, complete: true }]);
    const paged = await app.request('GET', `/campaigns/${id}/cohort?limit=1`);
    expect(paged.body).toHaveLength(1);
    expect(paged.headers.link).toMatch(/rel="next"/);
    expect(await cohort('?format=csv')).toMatch(/^run_id,scheduled_for,opened_at,status,age,complete,sent/);
  });
});

describe('reports', () => {
  it('of a run whose ledger was dropped are refused, and its campaign says that it is left out', async () => {
    await app.sql(sql`update run set ledger_dropped_at = now() where id = ${run.id}`);
    for (const report of ['timeline', 'failures', 'click-heat-map', 'time-to-click']) {
      expectProblem(await of(report), 409, 'LEDGER_DROPPED');
      expect((await ofCampaign(report)).body).toMatchObject({ runs_left_out: 1 });
    }
  });
});
