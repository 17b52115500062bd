import { sql } from 'kysely';
import type { TestApp } from './app.js';
import { makeCampaign, makeSegment } from './factories.js';

const HOUR = 3_600_000;

/** Who is where; two have no zone of their own that says when ten o'clock is. */
export const places: Record<string, string | null> = {
  kiritimati: 'Pacific/Kiritimati',
  tokyo: 'Asia/Tokyo',
  osaka: 'Asia/Tokyo',
  berlin: 'Europe/Berlin',
  lima: 'America/Lima',
  honolulu: 'Pacific/Honolulu',
  nowhere: null,
  mars: 'Mars/Olympus',
};
export const address = (name: string) => `${name}@example.com`;

/** Makes the people of the segment `world`, each in a zone of their own. */
export async function makeWorld(app: TestApp): Promise<void> {
  await makeSegment(app, 'world');
  const contacts = Object.keys(places).map((name) => ({ email: address(name), segments: ['world'] }));
  await app.request('POST', '/contacts/bulk', { contacts });
  for (const [name, zone] of Object.entries(places))
    await app.sql(sql`update contact set time_zone = ${zone} where email = ${address(name)}`);
}

/** Ends every campaign and run, and lets the provider accept everything again. */
export async function endAll(app: TestApp): Promise<void> {
  await app.sql(sql`update campaign set next_run_at = null, status = 'cancelled'`);
  await app.sql(sql`update run set status = 'cancelling' where finished_at is null`);
  await app.tick();
  // The next test may begin at an earlier time than this one ended.
  await app.sql(sql`delete from provider_account`);
  app.providers.email.messages.length = 0;
  app.providers.email.answer = () => ({ outcome: 'sent', providerMessageId: null });
}

/** A campaign at ten o'clock on a Friday wherever its recipients are. */
export const tenOClock = (app: TestApp, overrides: Record<string, unknown> = {}) =>
  makeCampaign(app, {
    schedule_time: '2027-01-08T10:00:00',
    time_zone: 'Europe/Berlin',
    recipient_time_zone: true,
    target_segment: 'world',
    ...overrides,
  });

/** Who was sent to, by the names before their `@`. */
export const namesSentTo = (app: TestApp) => app.providers.email.addresses().map((to) => to.split('@')[0]!);

/** Lets time pass by the hour until the instant, and tells who was sent to at each hour. */
export async function sentUntil(app: TestApp, instant: string): Promise<Record<string, string[]>> {
  const sent: Record<string, string[]> = {};
  for (; app.clock.now() <= new Date(instant); app.clock.advance(HOUR)) {
    app.providers.email.messages.length = 0;
    await app.tick();
    const names = namesSentTo(app);
    if (names.length > 0) sent[app.clock.now().toISOString().slice(5, 16)] = names.sort();
  }
  return sent;
}

/** Keeps Lima waiting: the provider puts it off again and again, which burns no try. */
export function putOffLima(app: TestApp): void {
  app.providers.email.answer = ({ to }) =>
    to === address('lima')
      ? { outcome: 'deferred', scope: 'provider', code: 'busy' }
      : { outcome: 'sent', providerMessageId: null };
}
