import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './engine.js';

/** Where a real browser is; undefined where none is installed, and what needs one is left out. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

// What the protocol answers is looked at without its types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Answer = any;

/** A real browser, without a window, driven by its DevTools protocol. */
export class Chromium {
  private readonly waiting = new Map<number, (message: { result?: Answer; error?: { message: string } }) => void>();
  private readonly hearers = new Map<string, (params: Answer) => void>();
  private lastId = 0;

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.method) return this.hearers.get(message.method)?.(message.params);
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    });
  }

  static async start(): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'campanile-chromium-'));
    const quiet = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--no-first-run',
    ];
    const child = spawn(CHROMIUM!, [
      ...quiet,
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ]);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const url = await eventually(() => /ws:\/\/\S+/.exec(said)?.[0]);
    const socket = new WebSocket(url!);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error('no DevTools')));
    });
    return new Chromium(child, profile, socket);
  }

  /** Opens a page; `before` runs in it ahead of its own scripts. */
  async open(url: string, before = ''): Promise<Page> {
    const { targetId } = await this.ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.ask('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId);
    await page.ask('Page.enable');
    await page.ask('Page.addScriptToEvaluateOnNewDocument', { source: before });
    await page.ask('Page.navigate', { url });
    return page;
  }

  /** Decides what a site may do: `granted`, `denied` or `prompt`. */
  allow(origin: string, name: string, setting: string): Promise<Answer> {
    return this.ask('Browser.setPermission', { origin, permission: { name }, setting });
  }

  /** Hears of an event of the protocol. */
  on(event: string, hear: (params: Answer) => void): void {
    this.hearers.set(event, hear);
  }

  ask(method: string, params: object = {}, sessionId?: string): Promise<Answer> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
      this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill();
    await ended;
    this.socket.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A page of it. */
export class Page {
  constructor(
    private readonly browser: Chromium,
    private readonly sessionId: string,
  ) {}

  ask(method: string, params: object = {}): Promise<Answer> {
    return this.browser.ask(method, params, this.sessionId);
  }

  /** What an expression, or its promise, comes to in the page; as a click of its user would do it. */
  async run(expression: string): Promise<Answer> {
    const how = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.ask('Runtime.evaluate', how);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }
}
