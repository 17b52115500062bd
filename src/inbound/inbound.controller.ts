import { Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Unaudited } from '../access/audited.decorator.js';
import { Config } from '../platform/config.js';
import { ApiProblems } from '../platform/openapi.js';
import { AnyQuery } from '../platform/known-query.js';
import { Public } from '../platform/public.decorator.js';
import { publicUrl } from '../platform/public-url.js';
import { Kept, type KeptBody, RawBody } from '../platform/raw-body.js';
import { InboundService } from './inbound.service.js';

@ApiTags('Reports')
@Controller('inbound')
export class InboundController {
  constructor(
    private readonly inbound: InboundService,
    private readonly config: Config,
  ) {}

  /**
   * Where the provider of an account reports what became of messages, and what people text back: give it
   * `<PUBLIC_URL>/inbound/<account>` as its webhook. It needs no key of ours: each provider proves itself in its own way, with
   * what the account knows of it. The same call again changes nothing, and calls may come in any order.
   */
  @Post(':account')
  @HttpCode(200)
  @Public()
  @AnyQuery()
  @Unaudited('What comes back is kept itself, as a report.')
  @RawBody('application/json', 'text/plain', 'application/x-www-form-urlencoded')
  @ApiProblems(400, 401, 404, 413)
  async take(
    @Param('account') account: string,
    @Kept() { bytes: body, mediaType }: KeptBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const url = `${publicUrl(this.config)}${request.url}`;
    const headers = request.headers as Record<string, string | undefined>;
    const answer = await this.inbound.take(account, { url, headers, mediaType, body });
    reply.type(answer.type);
    return answer.body;
  }
}
