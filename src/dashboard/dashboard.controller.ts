import { Controller, Get, Header, Headers, NotFoundException, Param, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../platform/config.js';
import { AnyQuery } from '../platform/known-query.js';
import { Public } from '../platform/public.decorator.js';
import { publicPath } from '../platform/public-url.js';
import { ClientFiles } from './client-files.js';

/** R60: nothing but the built files runs; pictures may come from elsewhere, as they do in the messages it shows. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "frame-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "object-src 'none'",
].join('; ');

@ApiExcludeController()
@Controller()
@Public()
@AnyQuery()
export class DashboardController {
  constructor(
    private readonly config: Config,
    private readonly files: ClientFiles,
  ) {}

  /** People land on the dashboard; programs hear that the API runs. */
  @Get()
  root(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): { message: string } | undefined {
    if (!(request.headers.accept ?? '').includes('text/html')) return { message: 'Marketing Campaign API is running' };
    void reply.status(302).header('location', `${publicPath(this.config)}/dashboard/`);
    return undefined;
  }

  /** A built file. Its name changes with its content, so it may be kept for ever. */
  @Get('dashboard/assets/:name')
  async asset(
    @Param('name') name: string,
    @Headers('accept-encoding') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const file = await this.files.asset(name, accepted ?? '');
    if (!file) throw new NotFoundException('The dashboard has no such file.');
    reply.headers({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' });
    if (file.encoding) reply.header('content-encoding', file.encoding);
    return new StreamableFile(file.stream, { type: file.type });
  }

  /** The dashboard's page: the same for every screen, which the client tells from the address. */
  @Get(['dashboard', 'dashboard/*'])
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  @Header('content-security-policy', POLICY)
  page(): Promise<string> {
    return this.files.page();
  }
}
