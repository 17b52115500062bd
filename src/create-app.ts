import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppModule, type AppOptions } from './app.module.js';
import { acceptStreams } from './platform/body-stream.js';
import type { Config } from './platform/config.js';
import { refuseOtherMethods } from './platform/known-routes.js';
import { Log } from './platform/log.js';
import { completeDocument } from './platform/openapi.js';
import { problemOf } from './platform/problem.filter.js';
import { keepRawBodies } from './platform/raw-body.js';
import { checkMediaType, checkValues } from './platform/request-check.js';
import { RequestPipe } from './platform/request.pipe.js';

const BODY_LIMIT = 1024 * 1024;
/** Ten thousand contacts of 1.6 kB; a bounce with the message that it returns. */
const BULK_BODY_LIMIT = 16 * 1024 * 1024;

/** How the HTTP server takes requests. */
const fastifyOptions = {
  bodyLimit: BODY_LIMIT,
  routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  forceCloseConnections: 'idle' as const,
  // An address that cannot be read reaches no route, and no filter of ours.
  frameworkErrors(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = problemOf(error, request.url);
    void reply.status(problem.status).type('application/problem+json').send(problem);
  },
};

/** The HTTP server: the routes that take ten thousand things, or a whole email, and no other, take large bodies. */
export function httpServer({ TRUST_PROXY: trustProxy }: Config): FastifyAdapter {
  const adapter = new FastifyAdapter({ ...fastifyOptions, trustProxy });
  adapter.getInstance().addHook('onRoute', (route) => {
    if (/^\/(?:contacts\/bulk|suppressions|inbound\/mail)/.test(route.url)) route.bodyLimit = BULK_BODY_LIMIT;
  });
  return adapter;
}

/** The application with everything an HTTP request meets, not yet listening. */
export async function createApp(options: AppOptions): Promise<NestFastifyApplication> {
  const server = httpServer(options.config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(options), server, {
    logger: new Log(options.config.LOG_FORMAT),
    abortOnError: false,
  });
  return prepareApp(app);
}

/** What every application gets, the one under test included: validation, browser protection, documentation. */
export function prepareApp(app: NestFastifyApplication): NestFastifyApplication {
  const server = app.getHttpAdapter().getInstance();
  refuseOtherMethods(server);
  acceptStreams(server);
  keepRawBodies(server);
  server.addHook('onRequest', checkMediaType);
  server.addHook('preValidation', checkValues);
  app.useGlobalPipes(new RequestPipe());
  app.useSecurityHeaders({
    // Over plain http on a LAN address these two would turn the pages blank.
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
  });
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
    customSiteTitle: 'Campanile API',
  });
  return app;
}

/** The OpenAPI document of the application. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Campanile')
    .setDescription(
      'Campaigns by email, SMS and push, once or in real calendars, with an exact ledger. Send `Authorization: Bearer <key>`; ' +
        'errors are `application/problem+json` with a stable `code`; lists page by `limit` and the `cursor` of the `Link` header.',
    )
    .setVersion('0.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The API key printed by the first start.' });
  for (const tag of [
    'Campaigns',
    'Runs',
    'Evidence',
    'Analytics',
    'Contacts',
    'Segments',
    'Imports',
    'Suppressions',
    'Providers',
    'Reports',
    'Sandbox',
    'Seed',
    'Health',
  ])
    builder.addTag(tag);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
  return completeDocument(document);
}
