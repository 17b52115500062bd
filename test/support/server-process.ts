import type { ChildProcess } from 'node:child_process';
import { freePort, type Product, run } from './product.js';

/** A real server process of the product, as `npm start` runs it, with an admin key of ours. */
export interface ServerProcess {
  child: ChildProcess;
  url: string;
  /** Everything it printed so far. */
  output(): string;
  request(method: string, path: string, body?: unknown): Promise<{ status: number; type: string; body: Body }>;
  /** Sends a file of contacts; answers the id of its import. */
  upload(file: string): Promise<number>;
  /** Sends a signal and resolves with the exit code, null where the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

// The tests look at the answers as a client would, without our types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = any;

const KEY = 'a-key-for-the-processes-of-a-test';
const running: Product[] = [];

/** Starts the built product on a free port, without demo data, and waits until it says that it is ready. */
export async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const product = run('main.js', { PORT: String(port), SEED_DEMO: 'false', ADMIN_API_KEY: KEY, ...env });
  running.push(product);
  await product.until(/Campanile is ready/);
  return {
    child: product.child,
    url,
    output: product.said,
    request: (method, path, body) => request(`${url}${path}`, method, body),
    upload: async (file) => {
      const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'text/csv' };
      const answer = await fetch(`${url}/imports`, { method: 'POST', headers, body: file });
      return ((await answer.json()) as { id: number }).id;
    },
    end: product.end,
  };
}

/** Kills what a failed test left behind. */
export function killServers(): void {
  for (const { child } of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
}

async function request(url: string, method: string, body?: unknown) {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, type, body: type.includes('json') ? JSON.parse(text) : text };
}
