import { createPublicKey } from 'node:crypto';
import type { DomainRecords } from './domain-records.js';
import { caution, fine, type Finding, wrong } from './finding.js';
import { checkSpf } from './spf.js';

/** How email is signed, as the configuration has it. */
export interface Signing {
  domain: string;
  selector: string;
  /** A PEM. */
  privateKey: string;
}

/**
 * What receivers find out about a domain that email is sent from. `bounces` is where bounces come back to, and whose SPF
 * therefore counts; answers of people come to the domain itself all the same, and who asks for its SPF asks that one.
 */
export async function checkSenderDomain(
  domain: string,
  { signing, bounces }: { signing: Signing | null; bounces: string | null },
  records: DomainRecords,
): Promise<Finding[]> {
  const own = bounces === null || bounces.toLowerCase() === domain;
  return [
    await asked(`SPF of ${bounces ?? domain}`, () => checkSpf(bounces ?? domain, records)),
    await asked(`DKIM of ${domain}`, () => checkDkim(domain, signing, records)),
    await asked(`DMARC of ${domain}`, () => checkDmarc(domain, records)),
    await asked(`MX of ${bounces ?? domain}`, () => checkMx(bounces ?? domain, records)),
    ...(own
      ? []
      : [
          await asked(`SPF of ${domain}`, () => checkSpf(domain, records)),
          await asked(`MX of ${domain}`, () => checkMx(domain, records)),
        ]),
  ];
}

/** A name server that does not answer says nothing about the domain. */
async function asked(name: string, check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return caution(name, `the DNS does not answer: ${(error as Error).message}`);
  }
}

async function checkDkim(domain: string, signing: Signing | null, records: DomainRecords): Promise<Finding> {
  const name = `DKIM of ${domain}`;
  if (!signing) return caution(name, 'nothing is signed here (DKIM_DOMAIN): the mail server or the provider has to');
  const where = `${signing.selector}._domainkey.${signing.domain}`;
  const published = (await records.texts(where)).map((text) => tagsOf(text).p).filter((key) => key !== undefined);
  if (published.length === 0) return wrong(name, `there is no key at ${where}`);
  if (published.every((key) => key === '')) return wrong(name, `the key at ${where} is revoked`);
  if (!published.includes(publicKeyOf(signing.privateKey)))
    return wrong(name, `the key at ${where} is not that of DKIM_PRIVATE_KEY: every signature fails`);
  if (!isRelated(domain, signing.domain))
    return caution(name, `it is signed for ${signing.domain}, which is another domain: DMARC does not count it`);
  return fine(name, `the key at ${where} is ours`);
}

/** As it stands in a record: RSA as a whole, Ed25519 (RFC 8463) without what every key begins with. */
function publicKeyOf(privateKey: string): string {
  const key = createPublicKey(privateKey);
  const der = key.export({ type: 'spki', format: 'der' });
  return (key.asymmetricKeyType === 'ed25519' ? der.subarray(-32) : der).toString('base64');
}

async function checkDmarc(domain: string, records: DomainRecords): Promise<Finding> {
  const name = `DMARC of ${domain}`;
  // Without a record of its own, that of the domain it belongs to holds.
  const parents = domain
    .split('.')
    .map((_, index, labels) => labels.slice(index).join('.'))
    .slice(0, -1);
  for (const each of parents) {
    const found = (await records.texts(`_dmarc.${each}`)).filter((text) => /^v=DMARC1\b/i.test(text));
    if (found.length > 1)
      return wrong(name, `there are ${found.length} records at _dmarc.${each}; receivers accept none`);
    if (found.length === 1) return fine(name, found[0]!);
  }
  return caution(name, 'there is no record: Gmail and Yahoo ask bulk senders for one');
}

async function checkMx(domain: string, records: DomainRecords): Promise<Finding> {
  const servers = await records.mailServers(domain);
  const name = `MX of ${domain}`;
  return servers.length > 0
    ? fine(name, servers.join(', '))
    : caution(name, 'it takes no mail: bounces and answers do not come back');
}

/** `name=value` pairs with `;` between them, without the white space that a value may have. */
function tagsOf(record: string): Record<string, string | undefined> {
  const tags = record.split(';').map((tag) => /^\s*(\w+)\s*=(.*)$/s.exec(tag));
  return Object.fromEntries(tags.flatMap((tag) => (tag ? [[tag[1]!, tag[2]!.replaceAll(/\s/g, '')]] : [])));
}

/** Whether one is the other, or under it. */
const isRelated = (one: string, other: string): boolean =>
  [`.${one}`.toLowerCase(), `.${other}`.toLowerCase()].every((each, _, both) =>
    both.every((b) => each.endsWith(b) || b.endsWith(each)),
  );
