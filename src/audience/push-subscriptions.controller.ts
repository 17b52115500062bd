import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Unaudited } from '../access/audited.decorator.js';
import { Config } from '../platform/config.js';
import { CampanileError } from '../platform/errors.js';
import { publicPath } from '../platform/public-url.js';
import { AnyQuery } from '../platform/known-query.js';
import { Public } from '../platform/public.decorator.js';
import { deadLinkPage, show } from './pages/page.js';
import { noPushPage, PUSH_PAGE_HEADERS, pushPage } from './pages/push-page.js';
import { PUSH_WORKER, WORKER_HEADERS } from './pages/push-worker.js';
import { SubscribeBrowser } from './push-subscription.dto.js';
import { PushSubscriptionsService } from './push-subscriptions.service.js';

/** The page on which a person subscribes the browser in its hands, by a link of its own: nobody can do so for another. */
@ApiExcludeController()
@Controller('push')
@Public()
@AnyQuery()
export class PushSubscriptionsController {
  constructor(
    private readonly subscriptions: PushSubscriptionsService,
    private readonly config: Config,
  ) {}

  @Get('worker.js')
  worker(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.headers(WORKER_HEADERS);
    return PUSH_WORKER;
  }

  @Get('subscribe/:token')
  async ask(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!(await this.subscriptions.isGood(token))) return show(reply, 404, deadLinkPage());
    const key = this.subscriptions.key();
    if (key === null) return show(reply, 200, noPushPage());
    const base = `${publicPath(this.config)}/push`;
    const html = show(reply, 200, pushPage({ path: `${base}/subscribe/${token}`, worker: `${base}/worker.js`, key }));
    reply.headers(PUSH_PAGE_HEADERS);
    return html;
  }

  @Post('subscribe/:token')
  @HttpCode(204)
  @Unaudited('The person acts; it stands in the history of their consent.')
  async subscribe(@Param('token') token: string, @Body() subscription: SubscribeBrowser): Promise<void> {
    if (!(await this.subscriptions.register(token, subscription)))
      throw new CampanileError('not_found', 'LINK_NOT_GOOD', 'This link does not work any more.');
  }
}
