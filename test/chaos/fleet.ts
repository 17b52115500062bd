import { createServer, type AddressInfo } from 'node:net';
import { Application } from './application.js';
import type { Chance } from './chance.js';
import { FaultProxy } from './fault-proxy.js';
import type { Postgres } from './postgres.js';
import type { Sink } from './sink/sink.js';
import type { Undertaker } from './undertaker.js';

/** What every process of a scenario is started with. */
export interface FleetPlace {
  product: string;
  directory: string;
  database: string;
  postgres: Postgres;
  sink: Sink;
  env: Record<string, string>;
  chance: Chance;
}

/** How many processes a scenario may start over its whole life. */
export const PORTS = 64;

/** The application processes of a scenario, each with its own way to the database and to the sink. */
export class Fleet {
  /** Every process that was ever started, in order. */
  readonly all: Application[] = [];
  readonly proxies: FaultProxy[] = [];

  constructor(
    private readonly place: FleetPlace,
    private readonly undertaker: Undertaker,
  ) {}

  get running(): Application[] {
    return this.all.filter((application) => application.running);
  }

  /** One that answers; the latest first, for it surely has not been stopped. */
  get any(): Application {
    const found = this.all.findLast((application) => application.isReady);
    if (!found) throw new Error('no application process is ready');
    return found;
  }

  /** Starts some processes and waits until they serve. */
  async start(count: number, env: Record<string, string> = {}): Promise<Application[]> {
    const started: Application[] = [];
    for (let made = 0; made < count; made += 1) started.push(await this.launch(env));
    await Promise.all(started.map((application) => application.ready()));
    return started;
  }

  /** Starts one process and does not wait. */
  async launch(env: Record<string, string> = {}): Promise<Application> {
    const { product, directory, database, postgres, sink, chance } = this.place;
    const index = this.all.length;
    const proxy = await FaultProxy.open(
      () => postgres.port,
      () => chance.next(),
    );
    this.proxies.push(proxy);
    const application = Application.spawn(
      index,
      { product, directory, port: await freePort() },
      { DATABASE_URL: postgres.urlOf(database, proxy.port), SMTP_URL: sink.urlOf(index), ...this.place.env, ...env },
      this.undertaker,
    );
    this.all.push(application);
    return application;
  }

  /** Kills one without warning. */
  async kill(application: Application): Promise<void> {
    await application.end('SIGKILL');
    this.proxies[application.index]!.close();
  }

  /** Log entries of all processes, the dead included. */
  entries(message: string): Record<string, unknown>[] {
    return this.all.flatMap((application) => application.entries(message));
  }

  async close(): Promise<void> {
    await Promise.all(this.running.map((application) => application.end('SIGKILL')));
    for (const proxy of this.proxies) proxy.close();
  }
}

/** A TCP port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
