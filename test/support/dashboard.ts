import { mkdirSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from './browser.js';
import { migratedDatabase } from './database.js';
import { freePort, type Product, run } from './product.js';

export const KEY = 'ck_live_dashboard_0123456789abcdefghijklmnopqrstuvwxyz';

const folder = fileURLToPath(new URL('../../artefacts/dashboard/', import.meta.url));
/** The built product with a browser before it. */
export interface Dashboard {
  page: Page;
  context: BrowserContext;
  /** Where the dashboard is, without a slash at the end. */
  home: string;
  /** What the API answers, asked with the key. */
  api(method: string, path: string, body?: object): Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** What the browser complained of so far. */
  complaints: string[];
  /** Keeps a picture for people to look at: of the whole page, unless only of what the window shows. */
  picture(name: string, options?: { fullPage: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Starts the product on a database of its own and opens a page; `path` serves it below one, as a proxy does. */
export async function openDashboard({
  env = {},
  path = '',
}: {
  env?: Record<string, string>;
  path?: string;
}): Promise<Dashboard> {
  const database = await migratedDatabase();
  const [port, proxyPort] = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${path === '' ? port : proxyPort}`;
  const product: Product = run('main.js', {
    DATABASE_URL: database.url,
    PORT: String(port),
    PUBLIC_URL: origin + path,
    ADMIN_API_KEY: KEY,
    ...env,
  });
  await product.until(/is ready after/);
  const proxy = path === '' ? null : await proxyBelow(path, proxyPort, port);
  const browser = await openBrowser();
  const context = await browser.newContext({
    reducedMotion: 'reduce',
    colorScheme: 'light',
    timezoneId: 'Europe/Berlin',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
  });
  mkdirSync(folder, { recursive: true });
  return {
    page,
    context,
    complaints,
    home: `${origin}${path}/dashboard`,
    async api(method, url, body) {
      const headers = { authorization: `Bearer ${KEY}`, ...(body ? { 'content-type': 'application/json' } : {}) };
      const answer = await fetch(`http://127.0.0.1:${port}${url}`, { method, headers, body: JSON.stringify(body) });
      return answer.json();
    },
    picture: async (name, { fullPage } = { fullPage: true }) =>
      void (await page.screenshot({ path: `${folder}${name}.png`, fullPage })),
    async close() {
      await browser.close();
      proxy?.close();
      await product.end('SIGTERM');
      await database.drop();
    },
  };
}

/** A proxy that serves the installation below a path and takes the path away; what lies elsewhere it does not have. */
async function proxyBelow(path: string, port: number, target: number): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const { url = '/', method, headers } = incoming;
    if (!url.startsWith(`${path}/`)) return outgoing.writeHead(404).end();
    const onward = request(
      { host: '127.0.0.1', port: target, path: url.slice(path.length), method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      },
    );
    return incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}
