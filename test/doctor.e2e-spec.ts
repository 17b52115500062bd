import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { findDatabase } from '../src/commands/doctor/database-findings.js';
import { DoctorService } from '../src/commands/doctor/doctor.service.js';
import { DomainRecords } from '../src/commands/doctor/domain-records.js';
import type { Finding } from '../src/commands/doctor/finding.js';
import { checkSenderDomain } from '../src/commands/doctor/sender-domain.js';
import { Config } from '../src/platform/config.js';
import { startApp, type TestApp } from './support/app.js';
import { NameServer } from './support/name-server.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const pem = (pair: typeof rsa | typeof ed) => pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const rsaRecord = rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const edRecord = ed.publicKey.export({ format: 'jwk' }).x!;
const signing = { domain: 'example.org', selector: 'bell', privateKey: pem(rsa) };

let server: NameServer;
let records: DomainRecords;
beforeAll(async () => {
  server = await NameServer.start({});
  records = new DomainRecords();
  records.resolver.setServers([server.address]);
});
afterAll(() => server.stop());
afterEach(() => {
  for (const name of Object.keys(server.zone)) delete server.zone[name];
});

const good = {
  'TXT example.org': ['v=spf1 include:spf.example.net mx a:mail.example.org -all', 'another text'],
  'TXT spf.example.net': ['v=spf1 ip4:192.0.2.0/24 a/24 ~all'],
  'TXT bell._domainkey.example.org': [`v=DKIM1; k=rsa; p=${rsaRecord.slice(0, 200)} ${rsaRecord.slice(200)}`],
  'TXT _dmarc.example.org': ['v=DMARC1; p=quarantine'],
  'MX example.org': ['mx.example.org'],
};
const examine = async (zone: Record<string, string[]>, domain = 'example.org', more: object = {}) => {
  Object.assign(server.zone, zone);
  return checkSenderDomain(domain, { signing, bounces: null, ...more }, records);
};
const states = (findings: Finding[]) => findings.map(({ name, state }) => `${name.split(' ')[0]} ${state}`);
const [SPF, DKIM, DMARC, MX] = [0, 1, 2, 3];

describe('the doctor, about a sender domain', () => {
  it('finds one in order whose records are', async () => {
    const findings = await examine(good);
    expect(states(findings)).toEqual(['SPF ok', 'DKIM ok', 'DMARC ok', 'MX ok']);
    expect(findings[SPF]!.detail).toContain('(4 of 10 lookups)');
    expect(findings[MX]!.detail).toBe('mx.example.org');
  });

  it('misses what is not there', async () => {
    expect(states(await examine({}))).toEqual(['SPF caution', 'DKIM wrong', 'DMARC caution', 'MX caution']);
    expect(states(await examine({}, 'example.org', { signing: null }))[DKIM]).toBe('DKIM caution');
  });

  it('counts the lookups that SPF takes, also where it includes itself', async () => {
    const many = Array.from({ length: 6 }, (_, index) => `include:i${index}.example.net`).join(' ');
    const each = Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [`TXT i${index}.example.net`, ['v=spf1 mx all']]),
    );
    const findings = await examine({ ...each, 'TXT example.org': [`v=spf1 ${many} -all`] });
    expect(findings[SPF]).toMatchObject({ state: 'wrong', detail: expect.stringContaining('12 lookups') });
    const loop = await examine({ 'TXT example.org': ['v=spf1 include:example.org -all'] });
    expect(loop[SPF]).toMatchObject({ state: 'wrong', detail: expect.stringContaining('far more lookups') });
  });

  it.each([
    [['v=spf1 -all', 'v=spf1 mx -all'], 'wrong'],
    [['v=spf1 +all'], 'wrong'],
    [['v=spf1 redirect=_spf.%{d} ~all'], 'ok'],
    [['v=spf10 -all'], 'caution'],
  ])('takes the SPF records %j for %s', async (texts, state) => {
    expect((await examine({ 'TXT example.org': texts }))[SPF]).toMatchObject({ state });
  });

  it('compares the published key with ours, RSA or Ed25519', async () => {
    const at = (record: string) => ({ 'TXT bell._domainkey.example.org': [record] });
    const other = await examine(at(`v=DKIM1; p=${edRecord}`));
    expect(other[DKIM]).toMatchObject({
      state: 'wrong',
      detail: expect.stringContaining('is not that of DKIM_PRIVATE_KEY'),
    });
    const revoked = await examine(at('v=DKIM1; p='));
    expect(revoked[DKIM]).toMatchObject({ state: 'wrong', detail: expect.stringContaining('revoked') });
    const edwards = { signing: { ...signing, privateKey: pem(ed) } };
    const padded = Buffer.from(edRecord, 'base64url').toString('base64');
    expect((await examine(at(`v=DKIM1; k=ed25519; p=${padded}`), 'example.org', edwards))[DKIM]).toMatchObject({
      state: 'ok',
    });
    expect((await examine(good, 'news.example.org'))[DKIM]).toMatchObject({ state: 'ok' });
    expect((await examine(good, 'notexample.org'))[DKIM]).toMatchObject({ state: 'caution' });
  });

  it('finds the DMARC of the domain above, and looks where bounces come back to', async () => {
    const bounces = { 'TXT bounces.example.org': ['v=spf1 mx -all'], 'MX bounces.example.org': ['mx2.example.org'] };
    const findings = await examine({ ...good, ...bounces }, 'news.example.org', { bounces: 'bounces.example.org' });
    expect(states(findings.slice(0, 4))).toEqual(['SPF ok', 'DKIM ok', 'DMARC ok', 'MX ok']);
    expect(findings[MX]).toMatchObject({ name: 'MX of bounces.example.org', detail: 'mx2.example.org' });
    expect(findings.slice(4)).toMatchObject([
      { name: 'SPF of news.example.org', state: 'caution' },
      { name: 'MX of news.example.org', state: 'caution' },
    ]);
    const one = await examine({}, 'bounces.example.org', { bounces: 'Bounces.example.org' });
    expect(states(one)).toEqual(['SPF ok', 'DKIM ok', 'DMARC ok', 'MX ok']);
    expect(
      (await examine({ 'TXT _dmarc.example.org': ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] }))[DMARC],
    ).toMatchObject({
      state: 'wrong',
    });
  });

  it('blames nobody when a name server refuses to answer', async () => {
    const findings = await examine({}, 'refused.example.org', { signing: null });
    expect(findings[SPF]).toMatchObject({ state: 'caution', detail: expect.stringContaining('does not answer') });
  });
});

describe('the doctor, about an installation', () => {
  let app: TestApp;
  beforeAll(async () => {
    const email = {
      SMTP_URL: 'smtp://mail.example.org',
      EMAIL_FROM: 'News <news@example.org>',
      PUBLIC_URL: 'https://x.example',
    };
    app = await startApp({
      env: { ...email, DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'bell', DKIM_PRIVATE_KEY: pem(rsa) },
    });
    // The names of the world are those of the server here.
    app.app.get(DomainRecords).resolver.setServers([server.address]);
  });
  afterAll(() => app.close());

  it('looks at database, zones, clocks, accounts and sender domains', async () => {
    Object.assign(server.zone, good);
    const told: Finding[] = [];
    const found = await app.app.get(DoctorService).examine((finding) => told.push(finding));
    expect(told).toEqual(found);
    expect(found.filter(({ state }) => state === 'wrong')).toEqual([]);
    const names = found.map(({ name }) => name);
    for (const name of [
      'PUBLIC_URL',
      'database',
      'time zones',
      'clock of the database',
      'SPF of example.org',
      'MX of example.org',
    ])
      expect(names).toContain(name);
    expect(found.find(({ name }) => name === 'database')!.detail).toMatch(/^PostgreSQL \d+/);
  });

  it('misses a postal address, without which marketing is refused, and the proxy that ends https', async () => {
    const cautions = async () =>
      (await app.app.get(DoctorService).examine(() => undefined))
        .filter(({ state }) => state === 'caution')
        .map(({ name }) => name);
    expect(await cautions()).toEqual(expect.arrayContaining(['POSTAL_ADDRESS', 'TRUSTED_PROXIES']));
    const config = app.app.get(Config);
    Object.assign(config, { POSTAL_ADDRESS: 'Bell Street 1, Example', TRUSTED_PROXIES: ['loopback'] });
    const left = await cautions();
    Object.assign(config, { POSTAL_ADDRESS: undefined, TRUSTED_PROXIES: [] });
    for (const name of ['POSTAL_ADDRESS', 'TRUSTED_PROXIES']) expect(left).not.toContain(name);
  });

  it('says so when the role has more rights than it needs, and when connections are few', async () => {
    const found = await app.app.get(DoctorService).examine(() => undefined);
    expect(found.find(({ name }) => name.startsWith('rights of the role'))).toMatchObject({
      state: 'caution',
      detail: expect.stringContaining('superuser'),
    });
    const few = await findDatabase(app.app.get(EntityManager).getKysely(), 10_000);
    const settings = few.filter(({ name }) => name === 'settings of the database').map(({ detail }) => detail);
    expect(settings.join()).toContain('DATABASE_POOL');
  });

  it('finds an account wrong whose secrets do not open, and its sender domain, too', async () => {
    const settings = { from: 'news@other.example', region: 'eu-central-1', access_key_id: 'AKIA' };
    const account = { name: 'amazon', channel: 'email', kind: 'ses', settings, secrets: { secret_access_key: 's' } };
    expect((await app.request('POST', '/providers', account)).status).toBe(201);
    await app.sql(sql`update provider set secrets = 'abcd.AAAA'`);
    const found = await app.app.get(DoctorService).examine(() => undefined);
    expect(found.find(({ name }) => name === 'provider amazon (email)')).toMatchObject({ state: 'wrong' });
    expect(found.map(({ name }) => name)).toContain('SPF of other.example');
  });
});
