import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { CampanileError, conflict } from '../../platform/errors.js';
import { UnreadableFile } from '../domain/csv-reader.js';
import { MalformedHeader, MalformedMapping } from '../domain/import-layout.js';
import { piecesOf } from './file-pieces.js';
import { Import, type ImportFormat } from './import.entity.js';
import { addChunk, endImport, type Job, queueImport, renewImport } from './imports.queries.js';
import { rowReader } from './row-reader.js';
import { CHUNK_BYTES, unpack, unreadable } from './upload.js';

/** What an import is to be, before any of the file has come. */
export interface ImportWish {
  format: ImportFormat | null;
  mapping: Record<string, string>;
  segment: string | null;
  /** Which that is; null where it is still to be made. */
  segmentId: number | null;
  dryRun: boolean;
  overwriteConsent: boolean;
  requestKey: string | null;
  requestHash: string | null;
}

/** Takes uploaded files into the database, where any process can work them off. */
@Injectable()
export class Uploader {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Takes the file and queues its import; answers its id. The head of the file is looked at first, so that one that is none
   * is refused at once: UNREADABLE_FILE. What comes to no end leaves a failed import that says how far it came.
   */
  async take(wish: ImportWish, stream: AsyncIterable<Buffer>): Promise<number> {
    const job = { id: await this.begin(wish), epoch: 0 };
    // A slow sender is not one that has gone.
    const renewing = setInterval(() => void this.renew(job), this.config.LEASE_MS / 4);
    try {
      await this.store(job, wish, stream);
      if (!(await queueImport(this.em.getKysely(), job))) throw gone(job.id);
      return job.id;
    } catch (error) {
      const told = this.problemOf(error);
      await endImport(this.em.getKysely(), job, 'failed', await this.reasonOf(job.id, told), this.clock.sql());
      throw told;
    } finally {
      clearInterval(renewing);
    }
  }

  private async begin(wish: ImportWish): Promise<number> {
    const { rows } = await sql<{ id: number }>`
      insert into import (format, mapping, segment, segment_id, dry_run, overwrite_consent, request_key, request_hash, created_at, lease_until)
      values (${wish.format ?? 'csv'}, ${JSON.stringify(wish.mapping)}, ${wish.segment}, ${wish.segmentId}, ${wish.dryRun},
              ${wish.overwriteConsent}, ${wish.requestKey}, ${wish.requestHash}, ${this.clock.sql()}, ${this.lease()})
      returning id`.execute(this.em.getKysely());
    return rows[0]!.id;
  }

  private async store(job: Pick<Job, 'id' | 'epoch'>, wish: ImportWish, stream: AsyncIterable<Buffer>): Promise<void> {
    let seq = 0;
    await unpack(stream, async (chunk) => {
      if (seq === 0) await this.lookAt(job.id, chunk, wish);
      if (!(await addChunk(this.em.getKysely(), job, seq, chunk, this.lease()))) throw gone(job.id);
      seq += 1;
    });
    if (seq === 0) throw unreadable('the file is empty');
  }

  /** Reads what there is of the file as the importer will: the header must tell what the columns are. */
  private async lookAt(id: number, chunk: Buffer, wish: ImportWish): Promise<void> {
    // Neither sender nor suffix tells what is in a packed file.
    const format = wish.format ?? (/^[\s\uFEFF]*\{/.test(chunk.subarray(0, 1024).toString()) ? 'ndjson' : 'csv');
    if (format !== wish.format)
      await sql`update import set format = ${format} where id = ${id}`.execute(this.em.getKysely());
    const reader = rowReader(format, wish.mapping);
    for await (const { text, fault } of piecesOf(only(chunk))) {
      if (fault) throw fault;
      reader.read(text);
      break;
    }
    if (reader.columns !== null) return;
    if (chunk.length >= CHUNK_BYTES)
      throw new UnreadableFile(`line 1: the header is longer than ${CHUNK_BYTES} bytes, if it is one`);
    // A header alone, without a line end.
    reader.end();
  }

  private problemOf(error: unknown): unknown {
    const named = [UnreadableFile, MalformedHeader, MalformedMapping].some((kind) => error instanceof kind);
    return named ? unreadable((error as Error).message) : error;
  }

  private async reasonOf(id: number, error: unknown): Promise<string> {
    const expected = error instanceof CampanileError ? error : null;
    if (expected && expected.kind !== 'too_large') return expected.message;
    const { bytes } = await this.em.fork().findOneOrFail(Import, { id });
    return `${expected?.message ?? 'the upload broke off'} after ${bytes} bytes; nothing was imported`;
  }

  private async renew(job: Pick<Job, 'id' | 'epoch'>): Promise<void> {
    await renewImport(this.em.getKysely(), job, this.lease()).catch(() => false);
  }

  private lease(): RawBuilder<Date> {
    return sql<Date>`${this.clock.sql()} + ${this.config.LEASE_MS} * interval '1 ms'`;
  }
}

async function* only(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}

const gone = (id: number) =>
  conflict('IMPORT_ENDED', `The import ${id} was cancelled or given up before the file was in.`);
