import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Unaudited } from '../access/audited.decorator.js';
import { Streamed } from '../platform/body-stream.js';
import { Config } from '../platform/config.js';
import { publicPath } from '../platform/public-url.js';
import { AnyQuery } from '../platform/known-query.js';
import { Public } from '../platform/public.decorator.js';
import { shortenAddress } from './domain/shorten-address.js';
import { deadLinkPage, show } from './pages/page.js';
import { unsubscribedPage, unsubscribePage } from './pages/unsubscribe-page.js';
import { PersonService } from './person.service.js';
import { type Unsubscription, UnsubscriptionService } from './unsubscription.service.js';

/**
 * The link of a message by which its recipient unsubscribes. A GET changes nothing, for mail scanners follow every link; a
 * POST acts at once: from the button of the page, or from a mail program's own (RFC 8058), whose body has nothing to tell.
 */
@ApiExcludeController()
@Controller('unsubscribe/:token')
@Public()
@AnyQuery()
export class UnsubscriptionController {
  constructor(
    private readonly unsubscriptions: UnsubscriptionService,
    private readonly person: PersonService,
    private readonly config: Config,
  ) {}

  @Get()
  async ask(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const asked = await this.unsubscriptions.read(token);
    if (!asked) return show(reply, 404, deadLinkPage());
    if (asked.done) return show(reply, 200, this.done(asked));
    const path = `${publicPath(this.config)}/unsubscribe/${token}`;
    const address = shortenAddress(asked.address, asked.channel);
    return show(reply, 200, unsubscribePage(path, asked.channel, address, this.preferencesOf(asked)));
  }

  @Post()
  @HttpCode(200)
  @Unaudited('The person acts; it stands in the history of their consent.')
  @Streamed('application/x-www-form-urlencoded', 'multipart/form-data')
  async unsubscribe(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const done = await this.unsubscriptions.unsubscribe(token);
    return done ? show(reply, 200, this.done(done)) : show(reply, 404, deadLinkPage());
  }

  private done(asked: Unsubscription): string {
    const { channel, address } = asked;
    return unsubscribedPage(channel, shortenAddress(address, channel), this.preferencesOf(asked));
  }

  private preferencesOf({ contactId, present }: Unsubscription): string | null {
    return present ? this.person.preferencesUrl(contactId) : null;
  }
}
