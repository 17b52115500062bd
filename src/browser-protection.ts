import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { SessionCookie } from './access/session-cookie.service.js';
import { Config } from './platform/config.js';
import { CampanileError } from './platform/errors.js';
import { HSTS_SECONDS, isReachedSafely, publicUrl } from './platform/public-url.js';

const READING = ['GET', 'HEAD', 'OPTIONS'];

/**
 * What browsers are told and asked: nothing is framed, guessed or referred to; and whoever comes with a session, or to begin
 * one, must come from our own pages. What has no cookie, as programs, mail providers and webhooks, is not asked. Nest lets
 * through what does not say where it comes from; we do not where it changes something by a session and no key.
 */
export function protectBrowsers(app: NestFastifyApplication): void {
  const config = app.get(Config);
  const { origin } = new URL(publicUrl(config));
  const cookie = app.get(SessionCookie);
  const safe = isReachedSafely(config);
  app.useSecurityHeaders({
    // Over plain http on a LAN address these two would turn the pages blank.
    contentSecurityPolicy: {
      directives: { frameAncestors: ["'none'"], ...(safe ? {} : { upgradeInsecureRequests: null }) },
    },
    strictTransportSecurity: safe ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
  });
  app.enableCsrfProtection({
    trustedOrigins: [origin],
    exclude: (request: FastifyRequest) => cookie.of(request) === null && !/^\/sessions\b/.test(request.url),
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request: FastifyRequest) => {
      const { authorization, origin, 'sec-fetch-site': site } = request.headers;
      if (READING.includes(request.method) || origin || site || authorization || cookie.of(request) === null) return;
      throw new CampanileError(
        'forbidden',
        'ORIGIN_REQUIRED',
        'What changes something by a session says where it comes from, in Origin or Sec-Fetch-Site; or use an API key.',
      );
    });
}
