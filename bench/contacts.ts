import type { CreateContact } from '../src/audience/contacts.dto.js';
import { encodeCursor } from '../src/platform/page.js';
import { median, ms, perSecond, printTable, quantile } from './figures.js';
import type { Member } from './team.js';

/** How often each question is asked. */
const TIMES = 25;
/** Contacts of a bulk call, and how many calls there are of each kind. */
const BULK = 10_000;
const CALLS = 3;

/** Finds pages of contacts, among so many that `makePeople` made; milliseconds of each question. */
export async function findContacts(member: Member, contacts: number): Promise<Record<string, number[]>> {
  const last = String(contacts).slice(0, -1);
  const questions: Record<string, (time: number) => object> = {
    'the first page': () => ({}),
    'a page in the middle': (time) => ({ cursor: encodeCursor(Math.floor(contacts / 2) + 50 * time) }),
    'the last page': () => ({ cursor: encodeCursor(contacts - 50) }),
    'by the beginning of an email, all': () => ({ search: 'user' }),
    'by the beginning of an email, ten': (time) => ({ search: `user${Number(last) - time}` }),
    'by an attribute of one in four': () => ({ attribute: 'plan:pro' }),
    'by an attribute of few': (time) => ({ attribute: `number:${time * 31}` }),
    'by an attribute of nobody': () => ({ attribute: 'plan:gold' }),
    'by an attribute of many and a beginning of few': (time) => ({
      attribute: 'plan:pro',
      search: `user${last}${time % 10}`,
    }),
    'in a static segment': () => ({ segment: 'tenth' }),
    'in a segment by rule': () => ({ segment: 'young pros' }),
  };
  const took: Record<string, number[]> = {};
  for (const [name, question] of Object.entries(questions)) {
    took[name] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const begun = performance.now();
      await member.ask('find', question(time));
      took[name].push(performance.now() - begun);
    }
  }
  printTable(
    ['find 50 contacts', 'median', 'p95'],
    Object.entries(took).map(([name, each]) => [name, ms(median(each)), ms(quantile(each, 0.95))]),
  );
  return took;
}

/** Calls with as many contacts as one may have: all new, then all known. Contacts a second of each kind. */
export async function writeInBulk(member: Member): Promise<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const name of ['bulk calls, new', 'bulk calls, known']) {
    const took: number[] = [];
    for (let call = 0; call < CALLS; call += 1) {
      const contacts: CreateContact[] = Array.from({ length: BULK }, (_, index) => ({
        email: `bulk${call}.${index}@example.com`,
        first_name: `Name${index}`,
        attributes: { plan: 'pro' },
      }));
      const begun = performance.now();
      await member.ask('bulk', contacts);
      took.push(performance.now() - begun);
    }
    rates[name] = (BULK * 1000) / median(took);
    console.log(`  ${name.padEnd(18)} ${perSecond(rates[name])} contacts/s, ${ms(median(took))} a call of ${BULK}`);
  }
  return rates;
}
