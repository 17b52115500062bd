import { sql } from 'kysely';
import type { TestApp } from './app.js';

/** Makes a segment; answers its id. */
export async function makeSegment(app: TestApp, name: string): Promise<number> {
  const { status, body } = await app.request('POST', '/segments', { name });
  if (status !== 201) throw new Error(`segment: ${JSON.stringify(body)}`);
  return body.id;
}

/** Makes `count` contacts with addresses `<prefix>1@example.com` and on, members of the segments; answers their emails. */
export async function makeContacts(
  app: TestApp,
  count: number,
  { prefix = 'c', segments = [] as string[] } = {},
): Promise<string[]> {
  const emails = Array.from({ length: count }, (_, index) => `${prefix}${index + 1}@example.com`);
  const contacts = emails.map((email, index) => ({ email, first_name: `Name${index + 1}`, segments }));
  const { status, body } = await app.request('POST', '/contacts/bulk', { contacts });
  if (status !== 200) throw new Error(`contacts: ${JSON.stringify(body)}`);
  return emails;
}

/** Makes a campaign, one-time and due at once unless told otherwise; answers it. */
export async function makeCampaign(app: TestApp, overrides: Record<string, unknown> = {}) {
  const { status, body } = await app.request('POST', '/campaigns/', {
    name: 'A campaign',
    type: 'one_time',
    schedule_time: app.clock.now().toISOString(),
    message: 'Hello {{ first_name }}',
    ...overrides,
  });
  if (status !== 201) throw new Error(`campaign: ${JSON.stringify(body)}`);
  return body;
}

/** The latest run of a campaign, with its counts. */
export async function latestRun(app: TestApp, campaignId: number) {
  return (await app.request('GET', `/campaigns/${campaignId}/runs?limit=1`)).body[0];
}

/** Empties the suppression list, so that a bounce in one test silences nobody in the next. */
export async function forgetSuppressions(app: TestApp): Promise<void> {
  await app.sql(sql`delete from suppression`);
  await app.sql(sql`update contact set email_suppressed = false where email_suppressed`);
}
