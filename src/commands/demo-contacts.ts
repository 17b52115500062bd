import type { CreateContact } from '../audience/contacts.dto.js';

/** The segments every installation starts with. */
export const DEMO_SEGMENTS = ['retail', 'tech', 'finance'];

const firstNames = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'John', 'Radia', 'Ken'];
const lastNames = [
  'Lovelace',
  'Hopper',
  'Turing',
  'Dijkstra',
  'Liskov',
  'Knuth',
  'Allen',
  'Backus',
  'Perlman',
  'Thompson',
];
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Europe/London', 'America/Sao_Paulo'];

/** The five people of the original data set: who gets what is checked by their segments. */
const originals = ['retail', 'tech', 'retail', 'finance', 'tech'];

/**
 * The n-th contact of the demo audience, from 1; always the same one. The first five are user1 to user5; everyone has an
 * address at example.com, which belongs to nobody (RFC 2606).
 */
export function demoContact(n: number): CreateContact {
  const segment = originals[n - 1] ?? DEMO_SEGMENTS[n % DEMO_SEGMENTS.length]!;
  return {
    email: `user${n}@example.com`,
    phone: `+4915550${String(n).padStart(7, '0')}`,
    first_name: firstNames[n % firstNames.length]!,
    last_name: lastNames[Math.floor(n / firstNames.length) % lastNames.length]!,
    time_zone: zones[n % zones.length]!,
    attributes: { plan: n % 3 === 0 ? 'pro' : 'free' },
    push_subscriptions: [{ token: `demo-device-${n}`, platform: 'android' }],
    segments: [segment],
  };
}
