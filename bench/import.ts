import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImportResponse } from '../src/audience/imports.dto.js';
import type { Usage } from './campanile.js';
import { writeInBulk } from './contacts.js';
import { keep, perSecond } from './figures.js';
import type { Options } from './options.js';
import { campanile, makeContacts, seconds } from './rounds.js';
import { connect, openServer, settle } from './server.js';
import { type Member, startTeam } from './team.js';
import { type Later, tidily } from './tidily.js';

const CONTACTS = 1_000_000;
/** Rows of a file that are written at a time. */
const TOGETHER = 10_000;

/** New contacts from a CSV file, the same file again, then with a segment; and bulk calls, beside contacts already there. */
export function benchImport(options: Options): Promise<void> {
  return tidily((later) => importing(options, later));
}

async function importing({ numbers }: Options, later: Later): Promise<void> {
  const { contacts = CONTACTS, present = 0 } = numbers;
  const directory = mkdtempSync(join(tmpdir(), 'campanile-bench-'));
  later(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'contacts.csv');
  await writeContacts(file, contacts);
  const server = await openServer(later);
  const databaseUrl = await server.migrated('import');
  const db = await connect(databaseUrl, later);
  if (present > 0) await makeContacts(db, present);
  const [member] = (await startTeam(1, campanile, { databaseUrl, intervals: false }, later)) as [Member];

  console.log(`import, ${perSecond(contacts)} rows, ${perSecond(present)} contacts present, one process`);
  const started = await member.ask<Usage>('usage');
  console.log(`  memory          ${started.peakMegabytes.toFixed(0)} MB resident at most before`);
  const figures: Record<string, number> = {};
  const rounds: [string, string | undefined][] = [
    ['new contacts', undefined],
    ['the same again', undefined],
    ['into a segment', 'bench'],
  ];
  for (const [name, segment] of rounds) {
    await settle(db);
    const database = server.cpuSeconds();
    const before = await member.ask<Usage>('usage');
    let done!: ImportResponse;
    const took = await seconds(async () => (done = await member.ask<ImportResponse>('import', file, segment)));
    if (done.status !== 'completed' || done.total !== contacts) throw new Error(JSON.stringify(done));
    const { cpuSeconds, peakMegabytes } = await member.ask<Usage>('usage');
    figures[name] = contacts / took;
    console.log(
      `  ${name.padEnd(15)} ${perSecond(contacts / took)} contacts/s, ${took.toFixed(1)} s, ${peakMegabytes.toFixed(0)} MB resident at most; ` +
        `${(((cpuSeconds - before.cpuSeconds) * 1e6) / contacts).toFixed(1)} µs application + ` +
        `${(((server.cpuSeconds() - database) * 1e6) / contacts).toFixed(1)} µs database per row`,
    );
  }
  Object.assign(figures, await writeInBulk(member));
  keep('import', { contacts, present, perSecond: figures });
}

/** Contacts as a CRM has them, in no order of their addresses. */
async function writeContacts(file: string, count: number): Promise<void> {
  const lines = async function* () {
    yield 'email,first_name,last_name,time_zone,plan,city\r\n';
    for (let from = 0; from < count; from += TOGETHER) {
      let text = '';
      for (let index = from; index < Math.min(from + TOGETHER, count); index += 1)
        text += `p${(index * 7919) % count}.${index}@example.com,Ada${index % 977},Lovelace,Europe/Berlin,pro,"Frankfurt, Main"\r\n`;
      yield text;
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(file));
}
