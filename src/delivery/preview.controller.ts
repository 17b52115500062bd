import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Unaudited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { escapeHtml } from '../campaigns/domain/plain-template.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { MessagePreviewResponse, PreviewContent, PreviewPage, PreviewVariant } from './preview.dto.js';
import { PreviewService } from './preview.service.js';

/** A campaign's HTML may be anybody's: it runs nothing, sends nothing, and is of no origin (R53). */
const SANDBOX = "sandbox; default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; frame-ancestors 'self'";

@ApiTags('Campaigns')
@ApiBearerAuth()
@Controller('campaigns')
export class PreviewController {
  constructor(private readonly previews: PreviewService) {}

  /** Shows a message that is not saved, as it would be sent: for an editor. */
  @Post('preview')
  @HttpCode(200)
  @RequireScope('read')
  @Unaudited('It keeps nothing.')
  @ApiProblems(400, 404)
  unsaved(@Body() input: PreviewContent): Promise<MessagePreviewResponse> {
    return this.previews.unsaved(input);
  }

  /** Shows a campaign's message, or that of a variant, as one contact would get it; nothing is sent. */
  @Post(':id/preview')
  @HttpCode(200)
  @RequireScope('read')
  @Unaudited('It keeps nothing.')
  @ApiProblems(400, 404)
  preview(@Param('id', Id) id: number, @Body() wish: PreviewVariant): Promise<MessagePreviewResponse> {
    return this.previews.campaign(id, wish);
  }

  /** The same as a page for a frame, under headers that let it run nothing and reach nothing but images. */
  @Get(':id/preview.html')
  @RequireScope('read')
  @ApiProduces('text/html')
  @ApiProblems(400, 404)
  @Header('referrer-policy', 'no-referrer')
  async page(
    @Param('id', Id) id: number,
    @Query() wish: PreviewPage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { html, text } = await this.previews.campaign(id, wish);
    reply.headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': SANDBOX });
    return html ?? `<!doctype html><pre style="white-space:pre-wrap">${escapeHtml(text)}</pre>`;
  }
}
