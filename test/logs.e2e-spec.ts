import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AccessService } from '../src/access/access.service.js';
import { Log } from '../src/platform/log.js';
import { startApp, type TestApp } from './support/app.js';
import { migratedDatabase } from './support/database.js';
import { eventually } from './support/engine.js';
import { freePort } from './support/product.js';
import { killServers, type ServerProcess, startServer } from './support/server-process.js';

describe('the id of a request', () => {
  let app: TestApp;
  const written: string[] = [];
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  afterEach(() => {
    jest.restoreAllMocks();
    Logger.overrideLogger(false);
    written.length = 0;
  });
  const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;
  const ask = (id?: string) =>
    app.request('GET', '/campaigns/99999', undefined, id === undefined ? {} : { 'x-request-id': id });

  it('comes back as it was sent, in the header and in a problem', async () => {
    const answer = await ask('order-7:eu.1');
    expect(answer.headers['x-request-id']).toBe('order-7:eu.1');
    expect(answer.body).toMatchObject({ code: 'CAMPAIGN_NOT_FOUND', request_id: 'order-7:eu.1' });
  });

  it('is made where there is none, or none that can stand in a log', async () => {
    for (const id of [undefined, '', 'two words', 'x'.repeat(129), '{"level":"fatal"}']) {
      const { headers, body } = await ask(id);
      expect(headers['x-request-id']).toMatch(uuid);
      expect(body.request_id).toBe(headers['x-request-id']);
    }
    expect((await ask()).headers['x-request-id']).not.toBe((await ask()).headers['x-request-id']);
  });

  it('is there when nothing of ours saw the request', async () => {
    const unreadable = await app.request('GET', '/%zz');
    expect(unreadable.body).toMatchObject({ status: 400, request_id: expect.stringMatching(uuid) });
  });

  it('stands in every entry that is written for it, also behind a body', async () => {
    Logger.overrideLogger(new Log('json'));
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    jest.spyOn(app.app.get(AccessService), 'authenticate').mockRejectedValue(new Error('a surprise'));
    // Over a real connection, in many pieces: what comes in begins anew.
    await app.app.listen(0, '127.0.0.1');
    const body = JSON.stringify({ name: 'x'.repeat(500_000) });
    const headers = {
      authorization: 'Bearer some',
      'content-type': 'application/json',
      'x-request-id': 'the-surprised',
    };
    const answer = await fetch(`${await app.app.getUrl()}/segments`, { method: 'POST', body, headers });
    expect(answer.status).toBe(500);
    const entries = written.map((line) => JSON.parse(line));
    expect(entries).toContainEqual(expect.objectContaining({ level: 'error', request_id: 'the-surprised' }));
  });
});

describe('the log of a process', () => {
  let database: Awaited<ReturnType<typeof migratedDatabase>>;
  let server: ServerProcess;
  beforeAll(async () => {
    database = await migratedDatabase();
    server = await startServer({
      DATABASE_URL: database.url,
      LOG_FORMAT: 'json',
      SECRET_KEY: 'canary-signs-links-and-hides-addresses',
      // Nobody listens there: every try fails, and is logged.
      SMTP_URL: `smtp://user:canary-smtp@127.0.0.1:${await freePort()}`,
      SMS_HTTP_URL: `http://127.0.0.1:${await freePort()}/messages`,
      SMS_HTTP_HEADERS: '{"authorization":"Bearer canary-sms-token"}',
      ALLOW_PRIVATE_NETWORKS: 'true',
    });
  });
  afterAll(async () => {
    killServers();
    await database.drop();
  });

  it('is JSON with the ids of runs and contacts, and no secret is in it, whatever went wrong', async () => {
    const account = {
      ...{ name: 'vendor', channel: 'sms', kind: 'vonage', settings: { from: 'Bell', api_key: 'abcdef' } },
      secrets: { api_secret: 'canary-vendor' },
    };
    await server.request('POST', '/providers', account);
    await server.request('POST', '/contacts', { email: 'ada@example.org', phone: '+491711234567' });
    for (const channel of ['email', 'sms'])
      await server.request('POST', '/campaigns/', {
        ...{ name: 'A campaign', type: 'one_time', schedule_time: new Date().toISOString() },
        ...{ channel, message: 'Hello', ...(channel === 'email' ? { subject: 'Hello' } : {}) },
      });
    const entries = () =>
      server
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await eventually(() => entries().some(({ message }) => message === 'provider put off' || message === 'try failed'));
    await server.end('SIGTERM');
    for (const entry of entries())
      expect(entry).toMatchObject({ level: expect.any(String), message: expect.any(String) });
    expect(server.output()).not.toContain('canary');
    expect(server.output()).not.toContain('a-key-for-the-processes');
  });
});
