import type { Readable } from 'node:stream';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../platform/clock.js';
import { brokenConstraint } from '../platform/constraint.js';
import { CampanileError, conflict, invalid, notFound } from '../platform/errors.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { MalformedMapping, parseMapping } from './domain/import-layout.js';
import { Import, type ImportFormat } from './imports/import.entity.js';
import { Importer } from './imports/importer.js';
import { cancelImport } from './imports/imports.queries.js';
import { rejectedCsv, rejectedNdjson } from './imports/rejected-rows.js';
import { rejectionsAfter } from './imports/rejections.queries.js';
import type { Rejection } from './imports/slice.js';
import { digestOf } from './imports/upload.js';
import { Uploader } from './imports/uploader.js';
import type { ImportQuery, ImportResponse } from './imports.dto.js';

/** A file on its way in. `format` is null where that has to be found out. */
export interface Upload {
  stream: Readable;
  format: ImportFormat | null;
  /** The caller's, so that a repeated upload is not a second import; null without one. */
  idempotencyKey: { caller: string; key: string } | null;
}

const response = sql`
  id, status, reason, format, segment, columns, dry_run, overwrite_consent, bytes, bytes_done, total, created, updated,
  unchanged, duplicates, rejected, created_at, started_at, finished_at`;

/** Files of contacts: taken in, worked off by whatever process has time, looked at meanwhile. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly em: EntityManager,
    private readonly uploader: Uploader,
    private readonly importer: Importer,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a file in and queues its import; `replayed` where the same key has done so before. Throws UNREADABLE_FILE,
   * BODY_TOO_LARGE, VALIDATION_FAILED for a mapping that cannot be, NOT_STATIC for a segment that is a rule.
   */
  async upload(query: ImportQuery, upload: Upload): Promise<{ id: number; replayed: boolean }> {
    const mapping = mappingOf(query.map);
    const { segment = null, dry_run: dryRun, overwrite_consent: overwriteConsent } = query;
    const segmentId = await this.staticSegment(segment);
    const { format, idempotencyKey } = upload;
    const requestKey = idempotencyKey && digestOf(idempotencyKey);
    const requestHash = requestKey && digestOf(mapping, segment, dryRun, overwriteConsent, format);
    const earlier = requestKey && (await this.uploadedWith(requestKey, requestHash!));
    if (earlier) return { id: earlier, replayed: true };
    const wish = { format, mapping, segment, segmentId, dryRun, overwriteConsent, requestKey, requestHash };
    try {
      return { id: await this.uploader.take(wish, upload.stream), replayed: false };
    } catch (error) {
      throw brokenConstraint(error) === 'import_request_key_unique' ? stillUploading() : error;
    }
  }

  async get(id: number): Promise<ImportResponse> {
    const { rows } = await sql<ImportResponse>`select ${response} from import where id = ${id}`.execute(
      this.em.getKysely(),
    );
    if (!rows[0]) throw notFound('import', id);
    return rows[0];
  }

  /** Newest first. */
  async list(query: PageQuery): Promise<Page<ImportResponse>> {
    const { rows } = await sql<ImportResponse>`
      select ${response} from import where id < ${decodeCursor(query.cursor) ?? Number.MAX_SAFE_INTEGER}
      order by id desc limit ${query.limit + 1}`.execute(this.em.getKysely());
    return Page.cut(rows, query.limit, ({ id }) => id);
  }

  /** Ends an import between two of its transactions; what was imported until then stays. Throws IMPORT_ENDED. */
  async cancel(id: number): Promise<ImportResponse> {
    if (!(await cancelImport(this.em.getKysely(), id, this.clock.sql()))) {
      const { status } = await this.get(id);
      throw conflict('IMPORT_ENDED', `The import ${id} is ${status} already.`);
    }
    return this.get(id);
  }

  /** The refused rows that were kept, as a file that can be corrected and uploaded again: only those rows are imported then. */
  async rejected(id: number, as: ImportFormat): Promise<AsyncGenerator<string>> {
    const { format, columns } = await this.get(id);
    const { mapping } = await this.em.fork().findOneOrFail(Import, { id });
    const rows = this.rejectionPages(id);
    return as === 'csv'
      ? rejectedCsv(rows, columns ?? [])
      : rejectedNdjson(rows, { format, columns: columns ?? [], mapping });
  }

  /** Works off what is waiting, or only this import; answers how many there were. */
  workDue(only?: number): Promise<number> {
    return this.importer.workDue(only);
  }

  /** Lets the work under way end with its present transaction. */
  stop(): void {
    this.importer.stop();
  }

  private async *rejectionPages(id: number): AsyncGenerator<Rejection[]> {
    for (let after = 0; ;) {
      const rows = await rejectionsAfter(this.em.getKysely(), id, after);
      if (rows.length === 0) return;
      after = rows.at(-1)!.line;
      yield rows;
    }
  }

  private async uploadedWith(requestKey: string, requestHash: string): Promise<number | null> {
    const { rows } = await sql<{ id: number; request_hash: string; status: string }>`
      with forgotten as (
        update import set request_key = null
        where request_key = ${requestKey} and created_at < ${this.clock.sql()} - interval '24 hours'
      )
      select id, request_hash, status from import
      where request_key = ${requestKey} and created_at >= ${this.clock.sql()} - interval '24 hours'`.execute(
      this.em.getKysely(),
    );
    const [earlier] = rows;
    if (!earlier) return null;
    if (earlier.request_hash !== requestHash)
      throw conflict('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for a different request.');
    if (earlier.status === 'uploading') throw stillUploading();
    return earlier.id;
  }

  /** Its id; null where there is none of this name yet. */
  private async staticSegment(segment: string | null): Promise<number | null> {
    const { rows } = await sql<{
      id: number;
      kind: string;
    }>`select id, kind from segment where name = ${segment}`.execute(this.em.getKysely());
    if (rows[0] && rows[0].kind !== 'static')
      throw invalid('NOT_STATIC', [
        { pointer: '/segment', message: `the segment "${segment}" is a rule; nobody can be put into it` },
      ]);
    return rows[0]?.id ?? null;
  }
}

function mappingOf(map: string | undefined): Record<string, string> {
  try {
    return map === undefined ? {} : parseMapping(map);
  } catch (error) {
    if (!(error instanceof MalformedMapping)) throw error;
    throw invalid('VALIDATION_FAILED', [{ pointer: '/map', message: error.message }]);
  }
}

const stillUploading = (): CampanileError =>
  conflict('IMPORT_UPLOADING', 'The file of the request with this Idempotency-Key is still on its way in.');
