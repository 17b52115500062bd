import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { DeliveryService } from '../src/delivery/delivery.service.js';
import { MetricsPortService } from '../src/operations/metrics-port.service.js';
import { refuseOnceClosing } from '../src/platform/closing.js';
import { Dispatcher } from '../src/scheduler/dispatcher.js';
import { startApp, type TestApp } from './support/app.js';
import { eventually, gate, handedOver, openGates } from './support/engine.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';
import { samplesOf, valueOf } from './support/metrics.js';
import { freePort } from './support/product.js';

describe('a process that is to end', () => {
  let app: TestApp;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    app = await startApp({ env: { METRICS_PORT: String(port), ROLES: 'sender' } });
    await makeSegment(app, 'some');
    await makeContacts(app, 3, { segments: ['some'] });
    await app.app.get(MetricsPortService).listen();
  });
  afterAll(openGates);

  it('is not ready from then on, lives, can be measured, and answers nothing once it has drained', async () => {
    const { opened, open } = gate();
    app.providers.email.answer = async () => {
      await opened;
      return { outcome: 'sent', providerMessageId: null };
    };
    await makeCampaign(app, { target_segment: 'some' });
    await app.app.get(Dispatcher).dispatchDue();
    const sending = app.app.get(DeliveryService).sendDue();
    await handedOver(app, 3);
    const at = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await at('/health/ready')).status).toBe(200);

    const ended = app.close();
    const answer = await eventually(
      () => at('/health/ready'),
      ({ status }) => status === 503,
    );
    expect(await answer.json()).toMatchObject({ code: 'SHUTTING_DOWN', request_id: expect.any(String) });
    expect((await at('/health/live')).status).toBe(200);
    expect(valueOf(samplesOf(await (await at('/metrics')).text()), 'campanile_leases', { state: 'held' })).toBe(1);

    open();
    await Promise.all([sending, ended]);
    await expect(at('/health/live')).rejects.toThrow();
  });
});

it('a process whose server has closed still lives, and takes nothing else', async () => {
  const server = fastify({ return503OnClosing: false });
  refuseOnceClosing(server);
  for (const path of ['/health/live', '/health/ready', '/segments']) server.get(path, () => ({}));
  await server.ready();
  // As the port for metrics does, which answers until the process has drained.
  const watched = createServer((request, response) => server.routing(request, response));
  await new Promise<void>((listening) => watched.listen(0, '127.0.0.1', listening));
  const { port } = watched.address() as AddressInfo;
  const statusOf = async (path: string) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })).status;
  expect(await statusOf('/segments')).toBe(200);
  await server.close();
  expect(await statusOf('/health/live')).toBe(200);
  expect(await statusOf('/health/ready')).toBe(500);
  expect(await statusOf('/segments')).toBe(500);
  watched.close();
});
