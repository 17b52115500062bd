import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseOutage } from './database-outage.js';
import { CampanileError, type ErrorKind, type FieldError, TooMany } from './errors.js';

const statusOf: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  too_many: 429,
  too_large: 413,
  unsupported: 415,
  unavailable: 503,
};

const titles: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Authentication is required',
  403: 'Not allowed with this key',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'The request took too long',
  409: 'The current state forbids this',
  412: 'It was changed in the meantime',
  413: 'The request is too large',
  414: 'The address is too long',
  415: 'Unsupported media type',
  417: 'The expectation cannot be met',
  429: 'Too many requests',
  431: 'The headers are too large',
  500: 'Something went wrong here',
  503: 'Not available at the moment',
};

/** An answer in the shape of RFC 9457, `application/problem+json`, with a stable `code` and a list of field errors. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  instance: string;
  request_id: string;
  errors?: FieldError[];
}

/** Turns whatever was thrown into a problem; the only place that knows both our errors and HTTP. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Api');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error, request);
    // The route and not the address: that of a page or a link has somebody's token in it.
    if (problem.status === 500)
      this.logger.error(`${request.method} ${request.routeOptions.url} failed`, (error as Error)?.stack);
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    if (problem.status === 503) reply.header('retry-after', '2');
    if (error instanceof TooMany) reply.header('retry-after', String(error.retryAfterS));
    reply.status(problem.status).type('application/problem+json').send(problem);
  }
}

/** What is answered for something thrown while handling a request. */
export function problemOf(error: unknown, { url, id }: Pick<FastifyRequest, 'url' | 'id'>): Problem {
  const { status, code, detail, errors } = describe(error);
  return {
    type: `urn:campanile:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: titles[status] ?? titles[status < 500 ? 400 : 500]!,
    status,
    code,
    detail,
    instance: url,
    request_id: id,
    ...(errors?.length ? { errors } : {}),
  };
}

type Description = Pick<Problem, 'status' | 'code' | 'detail' | 'errors'>;

/** Status codes the framework itself answers with, and what we call them. */
const frameworkCodes: Record<number, string> = {
  400: 'MALFORMED_REQUEST',
  403: 'FORBIDDEN',
  404: 'ROUTE_NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE',
  414: 'URL_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  417: 'EXPECTATION_FAILED',
  431: 'HEADERS_TOO_LARGE',
  503: 'UNAVAILABLE',
};

function describe(error: unknown): Description {
  if (error instanceof CampanileError)
    return { status: statusOf[error.kind], code: error.code, detail: error.message, errors: error.errors };
  if (isDatabaseOutage(error))
    return { status: 503, code: 'DATABASE_UNAVAILABLE', detail: 'The database does not answer; try again shortly.' };
  // Fastify refuses a body before Nest sees it, with a plain error that carries statusCode.
  const status =
    error instanceof HttpException ? error.getStatus() : ((error as { statusCode?: number } | null)?.statusCode ?? 500);
  if (status >= 400 && status < 600 && status !== 500)
    return { status, code: frameworkCodes[status] ?? 'REQUEST_REFUSED', detail: (error as Error).message };
  return { status: 500, code: 'INTERNAL_ERROR', detail: 'The request could not be completed; the log has the reason.' };
}
