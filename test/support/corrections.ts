import { sql } from 'kysely';
import type { SendResult } from '../../src/delivery/channels/provider.js';
import { type Answer, startApp, type TestApp } from './app.js';
import { openGates } from './engine.js';
import { makeContacts, makeSegment } from './factories.js';

export const accepted: SendResult = { outcome: 'sent', providerMessageId: null };
export const refused: SendResult = { outcome: 'rejected', code: 'smtp_550', response: '550 5.1.1 no such user' };

/** The seven of `startWithSeven`, and the campaign field that sends to them. */
export const everyone = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'].map((name) => `${name}@example.com`);
export const aim = { target_segment: 'all' };

/** An application with seven contacts in a segment: two windows a batch, two tries a recipient, and nothing overtakes. */
export async function startWithSeven(): Promise<TestApp> {
  const app = await startApp({
    env: { BATCH_SIZE: '3', WINDOW_SIZE: '2', RETRY_BASE_MS: '1000', RETRY_MAX_ATTEMPTS: '2', SENDER_LANES: '1' },
  });
  await makeSegment(app, 'all');
  await makeContacts(app, 7, { segments: ['all'] });
  return app;
}

/** Takes back what a test arranged, and lets a minute pass, so that the next has instants of its own. */
export function startAfresh(app: TestApp): void {
  openGates();
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => accepted;
  app.clock.advance(60_000);
}

/** Lets these addresses get one answer, and all others an acceptance. */
export function answer(app: TestApp, result: SendResult, ...names: string[]): void {
  app.providers.email.answer = ({ to }) => (names.includes(to.split('@')[0]!) ? result : accepted);
}

export const correct = (app: TestApp, runId: number, action: string, body?: object): Promise<Answer> =>
  app.request('POST', `/runs/${runId}/${action}`, body);
export const retry = (app: TestApp, runId: number, body?: object): Promise<Answer> =>
  correct(app, runId, 'retry-failed', body);
export const statusOf = async (app: TestApp, campaignId: number): Promise<string> =>
  (await app.request('GET', `/campaigns/${campaignId}`)).body.status;
export const idOf = async (app: TestApp, email: string): Promise<number> =>
  (await app.sql(sql<{ id: number }>`select id from contact where email = ${email}`))[0]!.id;
