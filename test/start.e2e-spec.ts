import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort, type Product, run } from './support/product.js';

jest.setTimeout(60_000);

const ready = /is ready after/;

describe('npm start', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'campanile-start-'));
  // Enterable by all, so that root's database is in it, too, and goes with it.
  chmodSync(dataDir, 0o755);
  const running: Product[] = [];
  let port: number;
  const start = (env: Record<string, string> = {}): Product => {
    const product = run('main.js', { DATA_DIR: dataDir, PORT: String(port), ...env });
    running.push(product);
    return product;
  };
  const postmaster = (): number =>
    Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

  const databasePassword = (): string => JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')).password;

  beforeAll(async () => {
    port = await freePort();
  });
  afterEach(async () => {
    for (const product of running.splice(0)) if (product.child.exitCode === null) await product.end('SIGTERM');
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('makes everything the first time, prints the key, and delivers the first demo campaign', async () => {
    const product = start();
    await product.until(ready);
    const [, key] = await product.until(/API key\s+(ck_live_\S+)/);
    const get = async (path: string) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${key}` } })).json();
    await product.until(/Database {4}postgresql:\/\/campanile:\*\*\*@127\.0\.0\.1:\d+\/campanile \(embedded/);
    expect(product.said()).not.toContain(databasePassword());
    expect(product.said()).toContain(`its password is in ${join(dataDir, 'postgres.json')}`);
    const [, token] = await product.until(/Sign in\s+http\S+\/dashboard\/#link=([\w-]{43})/);
    const comeIn = () =>
      fetch(`http://127.0.0.1:${port}/sessions/link`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
    const session = await comeIn();
    expect(await session.json()).toMatchObject({ name: 'admin@localhost', scopes: ['admin'] });
    expect(session.headers.get('set-cookie')).toMatch(/^campanile=/);
    expect((await comeIn()).status).toBe(401);
    const deadline = Date.now() + 15_000;
    let welcome = { sent: 0, audience: 0 };
    while (welcome.sent === 0 && Date.now() < deadline)
      welcome = ((await get('/analytics/')) as (typeof welcome & { campaign_name: string })[]).find(
        ({ campaign_name }) => campaign_name === 'Welcome Techies',
      )!;
    expect(welcome.sent).toBeGreaterThan(0);
    expect(welcome.sent).toBe(welcome.audience);
    expect(await get('/sandbox/messages?limit=1')).toHaveLength(1);
    expect(await product.end('SIGINT')).toBe(0);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('keeps what it has the second time, and does not print the key again', async () => {
    const product = start({ NO_COLOR: '' });
    await product.until(ready);
    expect(product.said()).not.toMatch(/API key|Sign in/);
    // Nobody watches a pipe: no colours there, though nobody asked for none.
    expect(product.said()).not.toContain('\u001b');
    expect(await product.end('SIGTERM')).toBe(0);
  });

  it('stops in order though nobody reads any more what it says', async () => {
    const product = start();
    await product.until(ready);
    product.child.stdout!.destroy();
    expect(await product.end('SIGTERM')).toBe(0);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('starts again after everything was killed', async () => {
    const product = start();
    await product.until(ready);
    process.kill(postmaster(), 'SIGKILL');
    await product.end('SIGKILL');
    const again = start();
    await again.until(ready);
    expect(await again.end('SIGINT')).toBe(0);
  });

  it('says clearly that its port is taken, and leaves nothing behind', async () => {
    const other: Server = createServer().listen(port, '127.0.0.1');
    const product = start();
    expect(await product.end()).toBe(1);
    expect(product.said()).toMatch(new RegExp(`Port ${port} on 127.0.0.1 is taken`));
    const measured = start({ PORT: '0', METRICS_PORT: String(port) });
    expect(await measured.end()).toBe(1);
    expect(measured.said()).toContain(`another: METRICS_PORT=${port + 1} npm start`);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
    other.close();
  });

  it('names every wrong setting at once', async () => {
    const product = start({ PORT: 'eighty', SMTP_URL: 'mail.example.com', ROLES: 'cook' });
    expect(await product.end()).toBe(1);
    expect(product.said()).toMatch(/PORT[\s\S]*ROLES[\s\S]*SMTP_URL|ROLES[\s\S]*SMTP_URL/);
    expect(product.said()).toMatch(/PORT must/);
  });

  it('says what is wrong with DATABASE_URL', async () => {
    const product = start({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/nothing` });
    expect(await product.end()).toBe(1);
    expect(product.said()).toMatch(/The database of DATABASE_URL cannot be used: .*ECONNREFUSED/);
  });

  it('lets a second process join as a sender without listening', async () => {
    const first = start();
    const [shown] = await first.until(/postgresql:\/\/\S+/);
    const second = start({ DATABASE_URL: shown.replace('***', databasePassword()), ROLES: 'sender' });
    await second.until(/is ready after .*\(sender\)/);
    expect(await second.end('SIGINT')).toBe(0);
    expect(await first.end('SIGINT')).toBe(0);
  });
});
