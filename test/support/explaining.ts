import { expect } from '@jest/globals';
import type { TestApp } from './app.js';

/** One rule as the API tells it. */
export interface Said {
  rule: string;
  verdict: string;
  detail: string;
}

/** What `GET /campaigns/{id}/explain` answers: the body, its rules in order, and each by its name. */
export async function explain(app: TestApp, campaignId: number, query = '') {
  const { status, body } = await app.request('GET', `/campaigns/${campaignId}/explain${query}`);
  expect(status).toBe(200);
  const order = body.rules as Said[];
  const rules = Object.fromEntries(order.map(({ rule, ...said }) => [rule, said]));
  return { body, rules, order };
}

/** The rules that do not let the message through, as `rule: verdict`. */
export const notPassed = ({ order }: { order: Said[] }) =>
  order.flatMap(({ rule, verdict }) => (verdict === 'pass' ? [] : [`${rule}: ${verdict}`]));
