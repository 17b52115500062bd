import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeDataDirectory } from './data-directory.js';
import { keep, median } from './figures.js';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const ROUNDS = 3;
const IDLE_MS = 10_000;

/** Starts the product as `npm start` does: the first time with initdb, migrations and demo data, then warm; and its memory. */
export async function benchStartup(): Promise<void> {
  const firsts: number[] = [];
  const warms: number[] = [];
  let idle = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const dataDir = makeDataDirectory();
    const first = await startOnce(dataDir);
    firsts.push(first.seconds);
    await first.stop();
    const warm = await startOnce(dataDir);
    warms.push(warm.seconds);
    if (round === ROUNDS - 1) {
      await delay(IDLE_MS);
      idle = residentMegabytes(warm.pid);
    }
    await warm.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  const size = spawnSync('du', ['-sm', 'node_modules'], { encoding: 'utf8' }).stdout.split('\t')[0];
  console.log(`start, median of ${ROUNDS}, process spawned to "ready"`);
  console.log(
    `  first start ${median(firsts).toFixed(1)} s (initdb, migrations, demo data)   warm start ${median(warms).toFixed(1)} s`,
  );
  console.log(
    `  memory      ${idle.toFixed(0)} MB resident, idle for ${IDLE_MS / 1000} s      installed ${size} MB with development tools`,
  );
  keep('start', { firstSeconds: median(firsts), warmSeconds: median(warms), idleMegabytes: idle });
}

async function startOnce(dataDir: string): Promise<{ seconds: number; pid: number; stop(): Promise<void> }> {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--max-semi-space-size=8', '--heap-growing-percent=50', main], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '3917', DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('is ready after')) break;
  }
  if (!said.includes('is ready after')) throw new Error(`it did not start: ${said}`);
  const seconds = (performance.now() - begun) / 1000;
  const stop = async () => {
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  };
  return { seconds, pid: child.pid!, stop };
}

function residentMegabytes(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}
