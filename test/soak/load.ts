import { setInterval as every } from 'node:timers/promises';
import type { Mailbox } from './mailbox.js';

/** Contacts of a run that comes every second, and of one that is launched by hand. */
const FEW = 25;
const SOME = 150;
const IMPORTED = 1_000;

const MESSAGE = `<p>Hi {{ first_name }}</p>\n<p><a href="https://shop.example/offers">offers</a></p>\n`;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** What is read over and over. */
const READ = [
  '/overview',
  '/campaigns/?limit=50',
  '/contacts?search=c1',
  '/runs/1',
  '/runs/1/deliveries?limit=50',
  '/analytics/?limit=20',
  '/segments',
];

/** The work of a soak: the same every second, so that what grows is not the work. */
export class Load {
  /** Calls answered as they should be. */
  calls = 0;
  /** Calls that were not. */
  readonly faults: string[] = [];
  private turn = 0;

  constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly mailbox: Mailbox,
  ) {}

  /** Contacts, and two campaigns that come every second. */
  async prepare(): Promise<void> {
    for (const name of ['few', 'some']) await this.json('/segments', { name });
    await this.json('/contacts/bulk', { contacts: contacts(SOME) });
    for (const name of ['Bells', 'More bells'])
      await this.launch({ name, type: 'recurring', frequency: 'secondly', target_segment: 'few' });
  }

  /** Works until told otherwise. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.steadily(2_000, signal, () => this.launch({ name: 'Once', type: 'one_time', target_segment: 'some' })),
      this.steadily(100, signal, () => this.call(READ[this.turn++ % READ.length]!)),
      this.steadily(25, signal, () => this.hit()),
      this.steadily(15_000, signal, () => this.import()),
    ]);
  }

  /** Ends what would go on for ever. */
  async end(): Promise<void> {
    for (const id of [1, 2]) await this.json(`/campaigns/${id}/cancel`, undefined);
  }

  /** Two that fall behind catch up: the rate stays. */
  private async steadily(ms: number, signal: AbortSignal, act: () => Promise<unknown>): Promise<void> {
    try {
      for await (const _ of every(ms, undefined, { signal }))
        await act().catch((error: Error) => this.faults.push(error.message));
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  }

  private launch(campaign: object): Promise<unknown> {
    const schedule_time = new Date().toISOString();
    return this.json('/campaigns/', {
      schedule_time,
      format: 'html',
      subject: 'Offers',
      message: MESSAGE,
      ...campaign,
    });
  }

  private async hit(): Promise<void> {
    const link = this.mailbox.link();
    if (link) await this.call(link, { headers: { 'user-agent': BROWSER }, redirect: 'manual' });
  }

  /** The same people each time, with something new about each: rows are written, and none is added. */
  private import(): Promise<unknown> {
    const rows = Array.from(
      { length: IMPORTED },
      (_, n) => `imported${n}@example.com,${Math.floor(Date.now() / 1000)}`,
    );
    const headers = { 'content-type': 'text/csv' };
    return this.call('/imports', { method: 'POST', headers, body: ['email,seen', ...rows].join('\n') });
  }

  private json(path: string, body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return this.call(path, { method: 'POST', ...(body ? { headers, body: JSON.stringify(body) } : {}) });
  }

  private async call(path: string, { headers, ...init }: RequestInit = {}): Promise<void> {
    const answer = await fetch(`${this.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${this.key}`, ...(headers as Record<string, string>) },
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (answer.status >= 400) throw new Error(`${init.method ?? 'GET'} ${path}: ${answer.status} ${text}`);
    this.calls += 1;
  }
}

/** All of them in one segment, the first also in the other. */
const contacts = (count: number): object[] =>
  Array.from({ length: count }, (_, n) => ({
    email: `c${n}@example.com`,
    first_name: `Name ${n}`,
    segments: n < FEW ? ['some', 'few'] : ['some'],
  }));
