import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Later } from './tidily.js';

/** A Redis server of the bench's own. */
export interface Redis {
  url: string;
  version: string;
}

/**
 * Starts the redis-server of this machine on a free port with an append-only file, synced every second as Redis does
 * unless told otherwise; undefined where there is none. Snapshots and rewrites of the file are off: less work.
 */
export async function openRedis(later: Later): Promise<Redis | undefined> {
  const found = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (found.error) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'campanile-bench-redis-'));
  const port = await freePort();
  const settings = { appendonly: 'yes', save: '', 'auto-aof-rewrite-percentage': '0', bind: '127.0.0.1', dir };
  const child = spawn(
    'redis-server',
    ['--port', String(port), ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  later(async () => {
    const exited = once(child, 'exit');
    if (child.kill('SIGTERM')) await exited;
    rmSync(dir, { recursive: true, force: true });
  });
  await readiness(child);
  return { url: `redis://127.0.0.1:${port}`, version: /v=(\S+)/.exec(found.stdout)?.[1] ?? '?' };
}

function readiness(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      if ((said += chunk.toString()).includes('Ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Error(`Redis did not start: ${said}`)));
  });
}

/** A TCP port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
