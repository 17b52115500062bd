import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { SandboxMailbox } from '../src/delivery/channels/sandbox/sandbox-mailbox.js';
import { SandboxProvider } from '../src/delivery/channels/sandbox/sandbox.provider.js';
import { startApp, type TestApp } from './support/app.js';
import { carryOut } from './support/engine.js';
import { makeCampaign } from './support/factories.js';
import { importFile } from './support/importing.js';
import { makeWebhook } from './support/webhooks.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ env: { ALLOW_PRIVATE_NETWORKS: 'true' } });
});
afterAll(() => app.close());

const create = async (contact: object, key: string): Promise<number> =>
  (await app.request('POST', '/contacts', contact, { 'idempotency-key': key })).body.id;
const make = (contact: object) => create(contact, '');
const remove = async (id: number) => expect((await app.request('DELETE', `/contacts/${id}`)).status).toBe(204);
const erase = async (id: number) => expect((await app.request('POST', `/contacts/${id}/erase`)).status).toBe(200);
const exportOf = (id: number) => app.request('GET', `/contacts/${id}/export`);

describe('answers that are kept for repeats', () => {
  const keys = async () => (await app.sql(sql<{ key: string }>`select key from idempotency_key`)).map(({ key }) => key);

  it.each<[string, object, (id: number) => Promise<unknown>]>([
    ['that has only an external id', { external_id: 'crm-canary', first_name: 'Canna' }, () => Promise.resolve()],
    [
      'whose address was changed',
      { email: 'before@canary.example' },
      (id) => app.request('PATCH', `/contacts/${id}`, { email: 'after@canary.example' }),
    ],
    ['that was deleted', { email: 'gone@canary.example' }, remove],
  ])('go with the erasure of a contact %s, and of no other', async (whose, contact, before) => {
    const id = await create(contact, whose);
    await create({ external_id: `other-${id}` }, `other-${id}`);
    await before(id);
    await erase(id);
    expect(await keys()).toContain(`other-${id}`);
    expect(await keys()).not.toContain(whose);
  });
});

describe('refused rows', () => {
  const rowsOf = async (ids: number[]) => {
    const files = await Promise.all(ids.map((id) => app.request('GET', `/imports/${id}/rejected`)));
    return files.flatMap(({ body }) => (body as string).trim().split('\r\n').slice(1)).join('\n');
  };
  /** Files of rows that are wrong for their time zone alone, and one row about somebody else. */
  async function refuse(lines: string[], rows: string[]) {
    const bad = lines.map((line) => `${line},Nowhere/Land\n`).join('');
    const csv = await importFile(app, `external_id,email,phone,time_zone\n${bad},else@else.example,,Nowhere/Land\n`);
    const json = `${rows.join('\n')}\n{"email":"json@else.example","time_zone":"Nowhere/Land"}\n`;
    const ndjson = await importFile(app, json, '', { 'content-type': 'application/x-ndjson' });
    return [csv.id, ndjson.id] as number[];
  }
  const spellings = (mark: string) =>
    refuse(
      [
        `,canary${mark}@exämple.de,`,
        `,CANARY${mark}@EXÄMPLE.DE,`,
        `,nobody,+49 (0)17${mark}/0680093`,
        `,nobody,017${mark}0680093`,
        `,nobody,+49 (0)17${mark} / 068 00 93`,
        `,nobody,tel:+49-17${mark}-068-0093`,
        ` crm-${mark},nobody,`,
      ],
      [
        `{"email":"canary${mark}@ex\\u00e4mple.de","time_zone":"Nowhere/Land"}`,
        `{"email":"\\u0063anary${mark}@xn--exmple-cua.de","time_zone":"Nowhere/Land"}`,
        `{"external_id":"\\u0063rm-${mark}","time_zone":"Nowhere/Land"}`,
        `{"phone":"+49 (0)17${mark}/0680093","time_zone":"Nowhere/Land"}`,
      ],
    );
  const contact = (mark: string) => ({
    ...{ email: `canary${mark}@exämple.de`, phone: `+4917${mark}0680093`, external_id: `crm-${mark}` },
  });

  it('are told and erased by the same judgement, in whatever spelling', async () => {
    const id = await make(contact('1'));
    const files = await spellings('1');
    const { refused_rows } = (await exportOf(id)).body;
    expect(refused_rows).toHaveLength(11);
    await erase(id);
    expect((await rowsOf(files)).split('\n')).toEqual([
      expect.stringContaining('else@else.example'),
      expect.stringContaining('json@else.example'),
    ]);
  });

  it('are erased after a deletion, by what it left', async () => {
    const id = await make(contact('2'));
    const files = await spellings('2');
    await remove(id);
    await erase(id);
    expect((await rowsOf(files)).split('\n')).toHaveLength(2);
    expect(await app.sql(sql`select identities, addresses from departure where contact_id = ${id}`)).toEqual([
      { identities: [], addresses: [] },
    ]);
  });
});

describe('tests that the sandbox took', () => {
  it('are told and forgotten by the address, and by the contact that they were filled for', async () => {
    const id = await make({ email: 'tested@canary.example', first_name: 'Testa' });
    const other = await make({ email: 'other@canary.example', first_name: 'Otto' });
    const mailbox = app.app.get(SandboxMailbox);
    const sandbox = new SandboxProvider({
      ...{ channel: 'email', failureRate: 0, latencyMs: 0, random: () => 0, now: () => app.clock.now(), mailbox },
    });
    app.providers.email.answer = (message) => sandbox.send(message, () => true);
    const soon = new Date(app.clock.now().getTime() + 1_000_000).toISOString();
    const campaign = await makeCampaign(app, { schedule_time: soon });
    const test = (to: string, contact_id: number) =>
      app.request('POST', `/campaigns/${campaign.id}/test-send`, { to: [to], contact_id });
    await test('boss@corp.example', id);
    await test('Tested@canary.example', other);
    await test('boss@corp.example', other);
    expect((await exportOf(id)).body.records.sandbox_messages).toHaveLength(2);
    await erase(id);
    expect((await app.request('GET', '/sandbox/messages')).body.map(({ body }: { body: string }) => body)).toEqual([
      expect.stringMatching(/^Hello Otto\n/),
    ]);
  });
});

describe('an export', () => {
  it('has the runs in which the contact waits, and what others were told about it alone', async () => {
    const [id, other] = [await make({ email: 'waits@canary.example' }), await make({ email: 'too@canary.example' })];
    const { id: webhook } = await makeWebhook(app, 'https://127.0.0.1:1/', ['delivery.failed']);
    app.providers.email.answer = () => ({ outcome: 'rejected', code: 'no' });
    const failed = await carryOut(app);
    app.providers.email.answer = () => ({ outcome: 'deferred', scope: 'account', code: 'locked' });
    const held = await carryOut(app);
    expect(held.status).toBe('paused');
    const { records } = (await exportOf(id)).body;
    expect(records.deliveries).toMatchObject([
      { run_id: held.id, outcome: 'pending', at: null },
      { run_id: failed.id, outcome: 'failed' },
    ]);
    expect(records.webhook_deliveries).toMatchObject([
      { webhook_id: webhook, event: 'delivery.failed', data: { run_id: failed.id, deliveries: [{ contact_id: id }] } },
    ]);
    expect(JSON.stringify(records.webhook_deliveries)).not.toContain(`"contact_id":${other}`);
  });
});
