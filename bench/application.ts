import { ConfigModule } from '@nestjs/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../src/app.module.js';
import { CHANNELS } from '../src/audience/domain/channel.js';
import { httpServer, prepareApp } from '../src/create-app.js';
import { ProviderRegistry } from '../src/delivery/channels/provider-registry.js';
import { parseConfig } from '../src/platform/config.js';
import { giveBackStartingMemory } from '../src/platform/starting-memory.js';
import { NullProvider } from './null-provider.js';

/** How a bench runs the application. */
export interface ApplicationPlan {
  databaseUrl: string;
  /** Whether the engine runs by itself. */
  intervals: boolean;
  /** Where email goes; without it every channel has a null provider. */
  smtpUrl?: string;
}

/** The shipped application in this process, on a database with its tables; only the providers may be the bench's. */
export async function openApplication({
  databaseUrl,
  intervals,
  smtpUrl,
}: ApplicationPlan): Promise<NestFastifyApplication> {
  const configModule = await ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true });
  const config = parseConfig({
    SMTP_URL: smtpUrl,
    EMAIL_FROM: 'News <news@example.com>',
    // Whoever measures asks as fast as there are answers.
    API_REQUESTS_PER_MINUTE: '0',
  });
  const building = Test.createTestingModule({
    imports: [AppModule.forRoot({ config, configModule, databaseUrl, intervals })],
  });
  if (!smtpUrl)
    building
      .overrideProvider(ProviderRegistry)
      .useValue(new ProviderRegistry(CHANNELS.map((channel) => new NullProvider(channel))));
  const module = await building.compile();
  const app = prepareApp(
    module.createNestApplication<NestFastifyApplication>(httpServer(config), { logger: ['error'] }),
  );
  await app.init();
  // As the start does.
  giveBackStartingMemory();
  return app;
}
