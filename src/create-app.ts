import type { ServerOptions } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyServerOptions } from 'fastify';
import { AppModule, type AppOptions } from './app.module.js';
import { protectBrowsers } from './browser-protection.js';
import { bareHeaders } from './platform/bare-answers.js';
import { checkedUtf8, checkEncoding } from './platform/body-encoding.js';
import { acceptStreams } from './platform/body-stream.js';
import { keepPrivate } from './platform/cache-control.js';
import { trusting } from './platform/client-address.js';
import { refuseOnceClosing } from './platform/closing.js';
import type { Config } from './platform/config.js';
import { keepEtags } from './platform/etag.js';
import { checkNumbers, readExactly } from './platform/exact-json.js';
import { HttpDurations, measureAnswers } from './platform/http-durations.js';
import { refuseOtherMethods } from './platform/known-routes.js';
import { Log } from './platform/log.js';
import { completeDocument, SESSION } from './platform/openapi.js';
import { PRODUCT_VERSION } from './platform/product-version.js';
import { keepRawBodies } from './platform/raw-body.js';
import { checkHost, checkMediaType, checkValues } from './platform/request-check.js';
import { followRequests, requestIdOf } from './platform/request-id.js';
import { RequestPipe } from './platform/request.pipe.js';
import { MOST_HEADER_BYTES, refuseAddress, refuseUnread, refuseUnusual } from './platform/unread-requests.js';

const BODY_LIMIT = 1024 * 1024;
/** Ten thousand contacts of 1.6 kB; a bounce with the message that it returns. */
const BULK_BODY_LIMIT = 16 * 1024 * 1024;

/** Links that tell the address of their message, which may have 512 characters, have the longest. */
const LONGEST_TOKEN = 800;

/** How the HTTP server takes requests. */
const serverOptions = (config: Config): FastifyServerOptions & { http: ServerOptions } => ({
  bodyLimit: BODY_LIMIT,
  routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_TOKEN },
  forceCloseConnections: 'idle',
  // Both are refused all the same, but by us and in words: `checkHost`, `checkValues`.
  http: { requireHostHeader: false, maxHeaderSize: MOST_HEADER_BYTES },
  onProtoPoisoning: 'ignore',
  onConstructorPoisoning: 'ignore',
  ...(config.TRUSTED_PROXIES.length > 0 ? { trustProxy: trusting(config.TRUSTED_PROXIES) } : {}),
  genReqId: requestIdOf,
  frameworkErrors: refuseAddress(bareHeaders(config)),
  clientErrorHandler: refuseUnread,
  // `refuseOnceClosing` does.
  return503OnClosing: false,
});

/** The HTTP server: the routes that take ten thousand things, or a whole email, and no other, take large bodies. */
export function httpServer(config: Config): FastifyAdapter {
  const adapter = new FastifyAdapter(serverOptions(config));
  adapter.getInstance().addHook('onRoute', (route) => {
    if (/^\/(?:contacts\/bulk|suppressions|inbound\/mail)/.test(route.url)) route.bodyLimit = BULK_BODY_LIMIT;
  });
  refuseUnusual(adapter.getInstance().server);
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
  followRequests(server);
  measureAnswers(server, app.get(HttpDurations));
  refuseOnceClosing(server);
  refuseOtherMethods(server);
  acceptStreams(server);
  keepRawBodies(server);
  readExactly(app);
  keepEtags(server);
  keepPrivate(server);
  server.addHook('onRequest', checkHost);
  server.addHook('onRequest', checkMediaType);
  server.addHook('onRequest', checkEncoding);
  server.addHook('preParsing', checkedUtf8);
  server.addHook('preValidation', checkValues);
  server.addHook('preValidation', checkNumbers);
  app.useGlobalPipes(new RequestPipe());
  protectBrowsers(app);
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
      'Campaigns by email, SMS and push, once or in real calendars, with an exact ledger. Send `Authorization: Bearer <key>`, or the ' +
        'cookie of `POST /sessions`; ' +
        'errors are `application/problem+json` with a stable `code`; lists page by `limit` and the `cursor` of the `Link` header.',
    )
    .setVersion(PRODUCT_VERSION)
    .addBearerAuth({
      ...{ type: 'http', scheme: 'bearer', bearerFormat: 'opaque' },
      description: 'An API key; the first start prints one.',
    })
    .addCookieAuth(
      'campanile',
      { type: 'apiKey', in: 'cookie', description: 'Of `POST /sessions`; `__Host-campanile` behind https.' },
      SESSION,
    );
  for (const tag of [
    'Campaigns',
    'Overview',
    'Runs',
    'Evidence',
    'Analytics',
    'Contacts',
    'Segments',
    'Imports',
    'Suppressions',
    'Providers',
    'Reports',
    'Webhooks',
    'Sandbox',
    'Access',
    'Seed',
    'Health',
  ])
    builder.addTag(tag);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
  return completeDocument(document);
}
