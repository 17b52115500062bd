import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigModule } from '@nestjs/config';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule, schema } from '../src/app.module.js';
import { CHANNELS, type Channel } from '../src/audience/domain/channel.js';
import { fastifyOptions, prepareApp } from '../src/create-app.js';
import type { Provider, SendResult } from '../src/delivery/channels/provider.js';
import { ProviderRegistry } from '../src/delivery/channels/provider-registry.js';
import { parseConfig } from '../src/platform/config.js';
import { openEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { migrateUp } from '../src/platform/migrate.js';
import { ownCpuSeconds, serverCpuSeconds } from './cpu-time.js';

/** A provider that accepts everything at once: what remains is our own work and the database's. */
class NullProvider implements Provider {
  readonly name = 'null';
  private readonly accepted: Promise<SendResult> = Promise.resolve({ outcome: 'sent', providerMessageId: null });

  constructor(readonly channel: Channel) {}

  send(): Promise<SendResult> {
    return this.accepted;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The shipped application with null providers, on a durable embedded PostgreSQL of its own. */
export interface BenchApplication {
  app: NestFastifyApplication;
  databaseUrl: string;
  /** Processor seconds used so far by this process and by the database server. */
  cpuSeconds(): { application: number; database: number };
  close(): Promise<void>;
}

/** Opens one; `intervals` lets the engine run by itself. */
export async function openApplication(intervals: boolean, env: Record<string, string> = {}): Promise<BenchApplication> {
  const dataDir = mkdtempSync(join(tmpdir(), 'campanile-bench-'));
  const server = await openEmbeddedPostgres({ dataDir, log: () => undefined });
  await migrateUp(server.url, schema);
  const module = await Test.createTestingModule({
    imports: [
      AppModule.forRoot({
        config: parseConfig(env),
        configModule: await ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
        databaseUrl: server.url,
        intervals,
      }),
    ],
  })
    .overrideProvider(ProviderRegistry)
    .useValue(new ProviderRegistry(CHANNELS.map((channel) => new NullProvider(channel))))
    .compile();
  const app = prepareApp(
    module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(fastifyOptions), { logger: ['error'] }),
  );
  await app.init();
  return {
    app,
    databaseUrl: server.url,
    cpuSeconds: () => ({ application: ownCpuSeconds(), database: serverCpuSeconds(dataDir) }),
    close: async () => {
      await app.close();
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
