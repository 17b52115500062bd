import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Unaudited } from '../access/audited.decorator.js';
import { Config } from '../platform/config.js';
import { publicPath } from '../platform/public-url.js';
import { AnyQuery } from '../platform/known-query.js';
import { Public } from '../platform/public.decorator.js';
import { CHANNELS, type Channel } from './domain/channel.js';
import { shortenAddress } from './domain/shorten-address.js';
import { confirmedPage, optInPage } from './pages/opt-in-page.js';
import { deadLinkPage, show } from './pages/page.js';
import { preferencesPage } from './pages/preferences-page.js';
import { type Choice, CHOICES, PersonService } from './person.service.js';

/** Pages for people who follow a signed link. A GET changes nothing; every button is a POST without a body. */
@ApiExcludeController()
@Controller()
@Public()
@AnyQuery()
export class PersonController {
  constructor(
    private readonly person: PersonService,
    private readonly config: Config,
  ) {}

  @Get('preferences/:token')
  async preferences(
    @Param('token') token: string,
    @Query('saved') saved: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const preferences = await this.person.preferences(token);
    if (!preferences) return show(reply, 404, deadLinkPage());
    const channels = preferences.channels.map((own) => ({ ...own, address: shortenAddress(own.address, own.channel) }));
    return show(reply, 200, preferencesPage(this.path('preferences', token), channels, saved !== undefined));
  }

  @Post('preferences/:token/:channel/:choice')
  @Unaudited('The person acts; it stands in the history of their consent.')
  async choose(
    @Param('token') token: string,
    @Param('channel') channel: string,
    @Param('choice') choice: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const known = (channel === 'all' || CHANNELS.includes(channel as Channel)) && Object.hasOwn(CHOICES, choice);
    if (!known || !(await this.person.choose(token, channel as Channel | 'all', choice as Choice)))
      return show(reply, 404, deadLinkPage());
    // Read again by a GET, so that reloading the page sends nothing a second time.
    reply.header('location', `${this.path('preferences', token)}?saved`);
    return show(reply, 303, '');
  }

  @Get('opt-in/:token')
  async optIn(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const asked = await this.person.readOptIn(token);
    if (!asked) return show(reply, 404, deadLinkPage());
    return show(
      reply,
      200,
      optInPage(this.path('opt-in', token), asked.channel, shortenAddress(asked.address, asked.channel)),
    );
  }

  @Post('opt-in/:token')
  @Unaudited('The person acts; it stands in the history of their consent.')
  async confirm(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const given = await this.person.confirmOptIn(token);
    if (!given) return show(reply, 404, deadLinkPage());
    const address = shortenAddress(given.address, given.channel);
    return show(reply, 200, confirmedPage(given.channel, address, this.person.preferencesUrl(given.contactId)));
  }

  /** Where the browser finds a page; a proxy may have taken the beginning away. */
  private path(page: 'preferences' | 'opt-in', token: string): string {
    return `${publicPath(this.config)}/${page}/${token}`;
  }
}
