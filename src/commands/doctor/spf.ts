import type { DomainRecords } from './domain-records.js';
import { caution, fine, type Finding, wrong } from './finding.js';

/** What receivers look up at most for one message (RFC 7208 §4.6.4). */
const MOST_LOOKUPS = 10;
/** Counting ends here: whoever includes itself would go on for ever. */
const FAR_TOO_MANY = 50;

const spfOf = async (domain: string, records: DomainRecords): Promise<string[]> =>
  (await records.texts(domain)).filter((text) => /^v=spf1(?: |$)/i.test(text));

/** Whether a domain says who may send in its name, in a way that receivers follow to its end. */
export async function checkSpf(domain: string, records: DomainRecords): Promise<Finding> {
  const name = `SPF of ${domain}`;
  const [record, ...others] = await spfOf(domain, records);
  if (record === undefined) return caution(name, 'there is no record: many receivers will distrust what is sent');
  if (others.length > 0) return wrong(name, `there are ${others.length + 1} records; receivers accept none of them`);
  const lookups = await countLookups(record, records, 0);
  if (lookups > MOST_LOOKUPS)
    return wrong(
      name,
      `it takes ${lookups >= FAR_TOO_MANY ? 'far more' : lookups} lookups; receivers stop at ${MOST_LOOKUPS}`,
    );
  if (/(?:^| )\+?all(?: |$)/i.test(record)) return wrong(name, 'it lets everybody send: +all');
  return fine(name, `${record} (${lookups} of ${MOST_LOOKUPS} lookups)`);
}

async function countLookups(record: string, records: DomainRecords, before: number): Promise<number> {
  let count = before;
  for (const term of record.split(/ +/).slice(1)) {
    if (count >= FAR_TOO_MANY) return count;
    const [, word, target] = /^[+?~-]?(include|redirect|exists|ptr|mx|a)(?:[:=]([^/]+))?(?:\/.*)?$/i.exec(term) ?? [];
    if (word === undefined) continue;
    count += 1;
    // What depends on the message cannot be followed here.
    if (!/^(?:include|redirect)$/i.test(word) || !target || target.includes('%')) continue;
    const [included] = await spfOf(target, records);
    if (included !== undefined) count = await countLookups(included, records, count);
  }
  return count;
}
