import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';

describe('a simulation', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await makeSegment(app, 'tech');
    await makeContacts(app, 1000, { segments: ['tech'] });
  });
  afterAll(() => app.close());

  const simulate = (id: number, wish?: object) => app.request('POST', `/campaigns/${id}/simulate`, wish);

  it('plays', async () => {
    const campaign = await makeCampaign(app, {
      type: 'recurring', frequency: 'daily', schedule_time: '2026-11-23T09:00:00', time_zone: 'Europe/Berlin', target_segment: 'tech',
    });
    for (const wish of [{}, {failure_rate: 0.05}]) {
    const begun = performance.now();
    const { SimulationService } = await import('../src/commands/simulation/simulation.service.js'); const body: any = await app.app.get(SimulationService).simulate(campaign.id, { days: 90, seed: 1, failure_rate: 0, contacts: 1000, ...wish }); const status = 200;
    console.log(performance.now() - begun, status, JSON.stringify({ ...body, runs: body.runs?.slice(0, 2) }, null, 1));
    }
  });
});
