/**
 * Takes the pictures of the README: starts the built product on an empty database with demo data that tells something - a
 * run in progress, failures, clicks - and has Chromium look at it. Needs Chromium (`CHROMIUM` names another place), and a
 * DATABASE_URL where no embedded PostgreSQL runs.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { demo } from './demo-audience.mjs';

const KEY = 'ck_live_pictures_0123456789abcdefghijklmnopqrstuvwxyz0';
const PORT = '3999';
const ORIGIN = `http://127.0.0.1:${PORT}`;
const OUT = 'docs/pictures';
const MOST_BYTES = 200_000;
const data = mkdtempSync(join(tmpdir(), 'campanile-pictures-'));

/** Starts the product; resolves when it is ready. */
function start() {
  const env = {
    PATH: process.env.PATH,
    HOME: data,
    DATA_DIR: data,
    PORT,
    PUBLIC_URL: ORIGIN,
    ADMIN_API_KEY: KEY,
    SEED_DEMO: 'false',
    EMAIL_RATE_LIMIT: '25/s',
    SANDBOX_FAILURE_RATE: '0.22',
    RETRY_MAX_ATTEMPTS: '2',
    RETRY_BASE_MS: '1000',
    BRAKE_FAILURE_RATE: '1',
    ...(process.env.DATABASE_URL ? { DATABASE_URL: process.env.DATABASE_URL } : {}),
  };
  const child = spawn(process.execPath, ['dist/src/main.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk) => {
      said += chunk;
      if (/is ready after/.test(said)) resolve(child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(said)));
  });
}

async function api(method, path, body) {
  const headers = { authorization: `Bearer ${KEY}`, ...(body ? { 'content-type': 'application/json' } : {}) };
  const response = await fetch(ORIGIN + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

async function until(what, holds) {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await pause(200);
  }
  throw new Error(`waited in vain: ${what}`);
}

async function pictures(open) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const viewport = { width: 1280, height: 800 };
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce', timezoneId: 'Europe/Berlin' });
  await page.goto(`${ORIGIN}/dashboard/#key=${KEY}`);
  await page.locator('h1').waitFor();
  const take = async (name, path, scheme = 'light') => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`${ORIGIN}/dashboard${path}`);
    await page.locator('h1').waitFor();
    await page.waitForLoadState('networkidle');
    await page.locator('[role=status][aria-label=Loading]').first().waitFor({ state: 'detached' });
    await page.getByText('Measuring …').first().waitFor({ state: 'detached' });
    const file = join(OUT, `${name}.png`);
    await page.screenshot({ path: file });
    const { size } = statSync(file);
    if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, of ${MOST_BYTES} allowed`);
    console.log(`${file}: ${Math.round(size / 1000)} kB`);
  };
  await take('overview', '/');
  await take('overview-dark', '/', 'dark');
  await take('analyse', `/campaigns/${open.analysed}`);
  await take('editor', `/campaigns/${open.edited}/edit`);
  await take('contacts', '/contacts');
  await browser.close();
}

mkdirSync(OUT, { recursive: true });
const product = await start();
try {
  await pictures(await demo(api, until));
} finally {
  product.removeAllListeners('exit');
  const ended = new Promise((resolve) => product.once('exit', resolve));
  product.kill('SIGTERM');
  await ended;
  rmSync(data, { recursive: true, force: true });
}
