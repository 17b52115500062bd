import 'reflect-metadata';
import { cpus, totalmem } from 'node:os';
import { benchDispatch } from './dispatch.js';
import { benchLateness } from './lateness.js';
import { benchStartup } from './startup.js';

const benches: Record<string, () => Promise<void>> = {
  dispatch: benchDispatch,
  lateness: () => benchLateness(60),
  start: benchStartup,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const gigabytes = Math.round(totalmem() / 2 ** 30);
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, ${gigabytes} GiB, Node ${process.version}, embedded PostgreSQL 18, durable`,
);
for (const [name, bench] of Object.entries(benches)) if (asked.length === 0 || asked.includes(name)) await bench();
