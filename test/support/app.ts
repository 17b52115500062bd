import { EntityManager } from '@mikro-orm/postgresql';
import { ConfigModule } from '@nestjs/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { type RawBuilder } from 'kysely';
import { AccessService } from '../../src/access/access.service.js';
import { AppModule } from '../../src/app.module.js';
import { CHANNELS, type Channel } from '../../src/audience/domain/channel.js';
import { httpServer, prepareApp } from '../../src/create-app.js';
import { ProviderRegistry, type RegisteredAccount } from '../../src/delivery/channels/provider-registry.js';
import { Clock } from '../../src/platform/clock.js';
import { parseConfig } from '../../src/platform/config.js';
import { SchedulerService } from '../../src/scheduler/scheduler.service.js';
import { migratedDatabase } from './database.js';
import { ManualClock } from './manual-clock.js';
import { RecordingProvider } from './recording-provider.js';

/** What the application answered: `body` is parsed JSON, or null where there is none. */
export interface Answer {
  status: number;
  // The tests look at the answers as a client would, without our types.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
  headers: Record<string, string | undefined>;
}

/** The whole application on a database of its own, with its time and its providers in the test's hands. */
export interface TestApp {
  app: NestFastifyApplication;
  clock: ManualClock;
  providers: Record<Channel, RecordingProvider>;
  databaseUrl: string;
  /** A request with an admin key; `headers` may replace it. */
  request(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The engine's whole cycle once: sweep, open, freeze, send, sweep. */
  tick(): Promise<number>;
  sql<Row>(query: RawBuilder<Row>): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * Starts the application with intervals off and a manual clock. `env` sets environment variables; `databaseUrl` joins
 * another application's database instead of making one; `clock` shares its time. With `recordsAccounts` the accounts of the
 * table send nothing either: what they carry is recorded with the rest of their channel.
 */
export async function startApp({
  env = {},
  databaseUrl,
  clock = new ManualClock(),
  recordsAccounts = false,
}: {
  env?: Record<string, string>;
  databaseUrl?: string;
  clock?: ManualClock;
  recordsAccounts?: boolean;
} = {}): Promise<TestApp> {
  const own = databaseUrl ? { url: databaseUrl, drop: () => Promise.resolve() } : await migratedDatabase();
  const config = parseConfig({ DATABASE_POOL: '6', ...env });
  const configModule = await ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true });
  const providers = Object.fromEntries(
    CHANNELS.map((channel) => [channel, new RecordingProvider(channel)]),
  ) as TestApp['providers'];
  const Registry = recordsAccounts ? recordingRegistry(providers) : ProviderRegistry;
  const module = await Test.createTestingModule({
    imports: [AppModule.forRoot({ config, configModule, databaseUrl: own.url, intervals: false })],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(ProviderRegistry)
    .useValue(new Registry(Object.values(providers)))
    .compile();
  const server = httpServer(config);
  const app = prepareApp(module.createNestApplication<NestFastifyApplication>(server, { logger: false }));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const key = await app.get(AccessService).createKey('test', ['admin']);
  return {
    app,
    clock,
    providers,
    databaseUrl: own.url,
    request: (method, url, body, headers) => inject(app, key, method, url, body, headers),
    tick: () => app.get(SchedulerService).tick(),
    sql: async (query) => (await query.execute(app.get(EntityManager).getKysely())).rows,
    close: async () => {
      await app.close();
      await own.drop();
    },
  };
}

const recordingRegistry = (providers: TestApp['providers']) =>
  class extends ProviderRegistry {
    override adopt(accounts: RegisteredAccount[]): void {
      super.adopt(accounts, ({ channel }) => Promise.resolve(providers[channel]));
    }
  };

async function inject(
  app: NestFastifyApplication,
  key: string,
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: raw ? body : JSON.stringify(body) }),
  });
  const json = /[/+]json/.test((answer.headers['content-type'] ?? '').toString());
  return {
    status: answer.statusCode,
    body: json && answer.body !== '' ? answer.json() : answer.body || null,
    headers: answer.headers as Record<string, string | undefined>,
  };
}
