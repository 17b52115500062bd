import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { sql } from 'kysely';
import { AnalyticsService } from '../../src/analytics/analytics.service.js';
import type { TestApp } from './app.js';
import { expectBalanced } from './engine.js';
import { latestRun, makeCampaign } from './factories.js';

/** Two variants that are told apart by their subject. */
export const AB = [
  { name: 'A', subject: 'First' },
  { name: 'B', subject: 'Second' },
];

/** The point of a contact in a run, between 0 and 1, as the documentation describes it. */
export const pointOf = (runId: number, contactId: number) =>
  createHash('md5').update(`${runId}/${contactId}`).digest().readUInt32BE() / 2 ** 32;

/** Ids by the name of the group that their points fall into, where `ends` are where the groups end, from 0 to 1. */
export function groupsOf(runId: number, ids: number[], ends: Record<string, number>): Record<string, number[]> {
  const groups: Record<string, number[]> = Object.fromEntries(Object.keys(ends).map((name) => [name, []]));
  for (const id of ids) {
    const [name] = Object.entries(ends).find(([, end]) => pointOf(runId, id) < end)!;
    groups[name]!.push(id);
  }
  return groups;
}

/** The ids of all contacts, in their order. */
export const contactIds = async (app: TestApp) =>
  (await app.sql(sql<{ id: number }>`select id from contact order by id`)).map(({ id }) => id);

/** Carries out a campaign with variants; answers its run, once it was sent as far as it goes. */
export async function carryOutTest(app: TestApp, overrides: Record<string, unknown>) {
  const { id } = await makeCampaign(app, { variants: AB, ...overrides });
  await app.tick();
  return latestRun(app, id);
}

/** What `GET /runs/{id}/variants` answers; its counts must be those of the run. */
export async function variantsOf(app: TestApp, runId: number) {
  const { status, body } = await app.request('GET', `/runs/${runId}/variants`);
  expect(status).toBe(200);
  const run = (await app.request('GET', `/runs/${runId}`)).body;
  for (const name of ['audience', 'pending', 'sent', 'failed', 'skipped', 'in_doubt']) {
    const groups = [...body.variants, body.waiting, body.hold_out].map((counts) => counts[name] as number);
    expect([name, groups.reduce((sum, count) => sum + count, 0)]).toEqual([name, run[name]]);
  }
  await expectBalanced(app, runId);
  return body;
}

/** How many messages left with each subject. */
export function subjectsSent(app: TestApp): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { subject } of app.providers.email.messages) counts[subject!] = (counts[subject!] ?? 0) + 1;
  return counts;
}

/** Lets the first so many of these contacts click in a run. */
export const click = (app: TestApp, runId: number, ids: number[]) =>
  app.app
    .get(AnalyticsService)
    .recordEngagement(ids.map((contactId) => ({ runId, contactId, kind: 'clicked', at: app.clock.now() })));
