import { MikroOrmModule } from '@mikro-orm/nestjs';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { TerminusModule } from '@nestjs/terminus';
import { Clock, SystemClock } from './clock.js';
import { Config } from './config.js';
import { Events } from './events.js';
import { HealthController } from './health.controller.js';
import { IdempotencyInterceptor } from './idempotency.js';
import { ormOptions, type Schema } from './orm.js';
import { PageInterceptor } from './page.js';
import { ProblemFilter } from './problem.filter.js';
import { EtagInterceptor } from './version.js';

/** The ground the modules stand on: configuration, clock, database, events, and how answers and errors look. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(config: Config, configModule: DynamicModule, databaseUrl: string, schema: Schema): DynamicModule {
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
        { provide: Clock, useClass: SystemClock },
        Events,
        IdempotencyInterceptor,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: PageInterceptor },
        { provide: APP_INTERCEPTOR, useClass: EtagInterceptor },
      ],
      exports: [Config, Clock, Events, IdempotencyInterceptor],
    };
  }
}
