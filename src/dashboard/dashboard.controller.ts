import { readFile } from 'node:fs/promises';
import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../platform/public.decorator.js';

const page = readFile(new URL('./client/index.html', import.meta.url), 'utf8');

@ApiExcludeController()
@Controller()
@Public()
export class DashboardController {
  /** People land on the dashboard; programs hear that the API runs. */
  @Get()
  root(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): { message: string } | undefined {
    if (!(request.headers.accept ?? '').includes('text/html')) return { message: 'Marketing Campaign API is running' };
    void reply.status(302).header('location', '/dashboard/');
    return undefined;
  }

  /** The dashboard's page. */
  @Get('dashboard')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  dashboard(): Promise<string> {
    return page;
  }
}
