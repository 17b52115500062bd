import { Controller, Get, Headers, HttpCode, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Audited } from '../../access/audited.decorator.js';
import { CallingPrincipal } from '../../access/caller.decorator.js';
import type { Principal } from '../../access/domain/principal.js';
import { RequireScope } from '../../access/scope.decorator.js';
import { BodyStream, type StreamedBody, Streamed } from '../../platform/body-stream.js';
import { Config } from '../../platform/config.js';
import { download, formatAsked, MEDIA_TYPES } from '../../platform/download.js';
import { CampanileError } from '../../platform/errors.js';
import { Id } from '../../platform/id.pipe.js';
import { ApiDownload, ApiProblems } from '../../platform/openapi.js';
import { PageQuery } from '../../platform/page.dto.js';
import { publicPath } from '../../platform/public-url.js';
import { WithoutBody } from '../../platform/without-body.js';
import { ImportAccepted, ImportQuery, ImportResponse, RejectedQuery } from '../imports.dto.js';
import { ImportsService } from '../imports.service.js';
import type { ImportFormat } from './import.entity.js';

const FORMATS: Record<string, ImportFormat | null> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/gzip': null,
};

@ApiTags('Imports')
@ApiBearerAuth()
@Controller('imports')
export class ImportsController {
  constructor(
    private readonly imports: ImportsService,
    private readonly config: Config,
  ) {}

  /**
   * Takes a file of contacts and imports it in the background: CSV with a header (`,`, `;` or tab, UTF-8), or NDJSON, plain
   * or packed with gzip. Contacts that are known by external_id, email or phone (the first that a row has) are changed,
   * others are made. What a row leaves empty stays as it is; unknown columns become attributes, and attributes are added to
   * those there are. Rows that are wrong are left out, counted and kept. At most 512 MiB unpacked and 5,000,000 rows, of 100
   * columns, 524,288 characters a row and 262,144 a field.
   */
  @Post()
  @HttpCode(202)
  @RequireScope('write')
  @Audited('import.uploaded', 'after')
  @Streamed(...Object.keys(FORMATS))
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Any text of yours, unique per file: a repeat within 24 hours gets the first import, and its body is not read.',
  })
  @ApiProblems(400, 409, 413)
  async upload(
    @BodyStream() { stream, mediaType }: StreamedBody,
    @Query() query: ImportQuery,
    @Headers('idempotency-key') key: string | undefined,
    @CallingPrincipal() { kind, id: callerId }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportAccepted> {
    if (key && key.length > 255)
      throw new CampanileError('invalid', 'INVALID_IDEMPOTENCY_KEY', 'Idempotency-Key has at most 255 characters.');
    const idempotencyKey = key ? { caller: `${kind} ${callerId}`, key } : null;
    const { id, replayed } = await this.imports.upload(query, {
      stream,
      format: FORMATS[mediaType] ?? null,
      idempotencyKey,
    });
    if (replayed) reply.header('idempotency-replayed', 'true');
    reply.header('location', `${publicPath(this.config)}/imports/${id}`);
    return { id };
  }

  /** Lists imports, newest first. */
  @Get()
  @RequireScope('read')
  @ApiProblems(400)
  list(@Query() query: PageQuery): Promise<ImportResponse[]> {
    return this.imports.list(query);
  }

  /** Shows an import and how far it is. */
  @Get(':id')
  @RequireScope('read')
  @ApiProblems(404)
  get(@Param('id', Id) id: number): Promise<ImportResponse> {
    return this.imports.get(id);
  }

  /**
   * Downloads the first 1,000 rows that were refused, with their line and the reason, as CSV in the columns of the file, or as
   * NDJSON (`format` or `Accept`): each record with the members `import_line` and `import_reason`, which an import leaves out.
   * Corrected, it can be uploaded as it is, rows of NDJSON as NDJSON. They are kept for 30 days from the end of the import, unless REJECTION_RETENTION_DAYS says otherwise; those that name a contact's
   * address go when it is erased.
   */
  @Get(':id/rejected')
  @RequireScope('read')
  @Audited('import.rejected_rows_exported', 'after')
  @ApiDownload('text/csv', 'application/x-ndjson')
  @ApiProblems(400, 404)
  async rejected(
    @Param('id', Id) id: number,
    @Query() { format }: RejectedQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<StreamableFile> {
    const asked = formatAsked(format, accept);
    return download(await this.imports.rejected(id, asked), MEDIA_TYPES[asked], `import-${id}-rejected.${asked}`);
  }

  /** Ends an import. Contacts that it has written until then stay. */
  @Post(':id/cancel')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('import.cancelled')
  @WithoutBody()
  @ApiProblems(400, 404, 409)
  cancel(@Param('id', Id) id: number): Promise<ImportResponse> {
    return this.imports.cancel(id);
  }
}
