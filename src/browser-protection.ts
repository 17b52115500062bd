import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { SessionCookie } from './access/session-cookie.service.js';
import { Config } from './platform/config.js';
import { publicUrl } from './platform/public-url.js';

/** Half a year, as browsers ask of those they take seriously. */
const HSTS_SECONDS = 15_768_000;

/**
 * What browsers are told and asked: nothing is framed, guessed or referred to; and whoever comes with a session, or to begin
 * one, must come from our own pages. What has no cookie, as programs, mail providers and webhooks, is not asked.
 */
export function protectBrowsers(app: NestFastifyApplication): void {
  const { origin, protocol } = new URL(publicUrl(app.get(Config)));
  const cookie = app.get(SessionCookie);
  const safe = protocol === 'https:';
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
}
