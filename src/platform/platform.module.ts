import { MikroOrmModule } from '@mikro-orm/nestjs';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { TerminusModule } from '@nestjs/terminus';
import { Chance } from './chance.js';
import { Clock, SystemClock } from './clock.js';
import { Config } from './config.js';
import { Events } from './events.js';
import { HealthController } from './health.controller.js';
import { IdempotencyInterceptor, SteppedIdempotencyInterceptor } from './idempotency.js';
import { HttpDurations } from './http-durations.js';
import { Installation } from './installation.js';
import { KnownQueryInterceptor } from './known-query.js';
import { Metrics } from './metrics.js';
import { ormOptions, type Schema } from './orm.js';
import { PageInterceptor } from './page.js';
import { ProblemFilter } from './problem.filter.js';
import { SealedSecrets } from './sealed-secrets.js';
import { SecretKey } from './secret-key.js';
import { SignedTokens } from './signed-token.js';
import { TrackingTokens } from './tracking-token.js';
import { EtagInterceptor } from './version.js';

/** Time and chance as an application has them: the machine's own, unless it plays in a time of its own. */
export interface Nature {
  clock: Clock;
  chance: Chance;
}

/** The ground the modules stand on: configuration, clock, database, events, and how answers and errors look. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(
    config: Config,
    configModule: DynamicModule,
    databaseUrl: string,
    schema: Schema,
    { clock, chance }: Nature = { clock: new SystemClock(), chance: new Chance() },
  ): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        configModule,
        MikroOrmModule.forRoot({
          ...ormOptions(databaseUrl, config.DATABASE_POOL, schema),
          registerRequestContext: false,
        }),
        EventEmitterModule.forRoot(),
        TerminusModule.forRoot({ logger: false }),
      ],
      controllers: [HealthController],
      providers: [
        { provide: Config, useValue: config },
        { provide: Installation, useValue: new Installation(databaseUrl, schema) },
        { provide: Clock, useValue: clock },
        { provide: Chance, useValue: chance },
        Events,
        HttpDurations,
        IdempotencyInterceptor,
        Metrics,
        SteppedIdempotencyInterceptor,
        SealedSecrets,
        SecretKey,
        SignedTokens,
        TrackingTokens,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: KnownQueryInterceptor },
        { provide: APP_INTERCEPTOR, useClass: PageInterceptor },
        { provide: APP_INTERCEPTOR, useClass: EtagInterceptor },
      ],
      exports: [
        Config,
        Installation,
        Clock,
        Chance,
        Events,
        HttpDurations,
        IdempotencyInterceptor,
        Metrics,
        SteppedIdempotencyInterceptor,
        SealedSecrets,
        SecretKey,
        SignedTokens,
        TrackingTokens,
      ],
    };
  }
}
