import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ProviderReportService } from '../../delivery/provider-report.service.js';
import { AccountChecksService } from '../../delivery/account-checks.service.js';
import { Config } from '../../platform/config.js';
import { parseSender } from '../../platform/email-address.js';
import { dkimPem } from '../../platform/email-settings.js';
import { mailLeaves } from '../../platform/mail-reach.js';
import { findDatabase } from './database-findings.js';
import { DomainRecords } from './domain-records.js';
import { caution, fine, type Finding, wrong } from './finding.js';
import { ofPostalAddress, ofReach } from './settings-findings.js';
import { checkSenderDomain } from './sender-domain.js';

/** Clocks of machines that agree are closer than this; leases do not mind, logs do. */
const SKEW_MS = 1_000;

/** Looks at what the product stands on, and changes nothing. */
@Injectable()
export class DoctorService {
  constructor(
    private readonly em: EntityManager,
    private readonly config: Config,
    private readonly accounts: ProviderReportService,
    private readonly checks: AccountChecksService,
    private readonly records: DomainRecords,
  ) {}

  /** Every finding in order; tells each as it is found. */
  async examine(tell: (finding: Finding) => void): Promise<Finding[]> {
    const found: Finding[] = [];
    for (const check of [this.reach, this.database, this.zones, this.clock, this.providers, this.senders])
      for (const finding of await check.call(this)) {
        tell(finding);
        found.push(finding);
      }
    return found;
  }

  /** The configuration itself was checked before anything else could run. */
  private reach(): Promise<Finding[]> {
    return Promise.resolve(ofReach(this.config));
  }

  private database(): Promise<Finding[]> {
    return findDatabase(this.em.getKysely(), this.config.DATABASE_POOL);
  }

  /** Both this process and the database compute local times; they must know the same rules. */
  private async zones(): Promise<Finding[]> {
    const { rows } = await sql<{ name: string; at: Date; offset: number }>`
      select z.name, t.at, extract(epoch from (t.at at time zone z.name) - (t.at at time zone 'UTC'))::int / 60 as offset
      from pg_timezone_names z cross join (values (now()), (now() + interval '182 days')) t (at)`.execute(
      this.em.getKysely(),
    );
    const known = new Set(Intl.supportedValuesOf('timeZone'));
    const other = rows.filter(({ name, at, offset }) => known.has(name) && offsetOf(name, at) !== offset);
    const names = [...new Set(other.map(({ name }) => name))];
    const here = `tzdata ${process.versions.tz}`;
    return names.length === 0
      ? [fine('time zones', `${here}, as the database has it`)]
      : [caution('time zones', `${here}; the database knows other rules for ${names.slice(0, 5).join(', ')}`)];
  }

  private async clock(): Promise<Finding[]> {
    const before = Date.now();
    const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(this.em.getKysely());
    const skew = Math.round(rows[0]!.at.getTime() - (before + Date.now()) / 2);
    const words = `${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead of'} this machine`;
    return [Math.abs(skew) > SKEW_MS ? caution('clock of the database', words) : fine('clock of the database', words)];
  }

  private async providers(): Promise<Finding[]> {
    const found: Finding[] = [];
    for (const { channel, name, enabled, state, reason } of await this.accounts.list()) {
      const title = `provider ${name} (${channel})`;
      const check = await this.checks.check(channel, name);
      if (check?.verdict === 'refused') found.push(wrong(title, check.detail));
      else if (!enabled) found.push(fine(title, 'switched off'));
      else if (check?.verdict === 'unreachable') found.push(wrong(title, check.detail));
      else if (state === 'put_off') found.push(caution(title, reason ?? 'put off'));
      else if (check === null) found.push(fine(title, `${state}; it cannot be asked without sending`));
      else if (check.verdict === 'ok') found.push(fine(title, `${state}; ${check.detail}`));
      else found.push(caution(title, check.detail));
    }
    return found;
  }

  private async senders(): Promise<Finding[]> {
    const accounts = (await this.accounts.list()).filter(({ channel, enabled }) => channel === 'email' && enabled);
    const stored = accounts.flatMap(({ settings }) => (typeof settings?.from === 'string' ? [settings.from] : []));
    const own = mailLeaves(this.config) ? [this.config.EMAIL_FROM, ...this.config.EMAIL_SENDERS] : [];
    const domains = new Set([...own, ...stored].map(domainOf).filter((domain) => domain.includes('.')));
    if (domains.size === 0) return [fine('sender domains', 'no email leaves this machine')];
    const found: Finding[] = ofPostalAddress(this.config);
    const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, BOUNCE_DOMAIN: bounces = null } = this.config;
    const privateKey = dkimPem(this.config);
    const signing = domain && selector && privateKey ? { domain, selector, privateKey } : null;
    for (const each of domains) found.push(...(await checkSenderDomain(each, { signing, bounces }, this.records)));
    return found;
  }
}

/** Of `Name <address>`, an address or a domain. */
const domainOf = (text: string): string => (text.includes('@') ? parseSender(text).domain : text).toLowerCase();

/** Minutes that a zone is ahead of UTC. */
function offsetOf(zone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /^GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
