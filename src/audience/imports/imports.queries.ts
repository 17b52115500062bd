import { type RawBuilder, sql } from 'kysely';
import { bigints, texts } from '../../platform/array-literal.js';
import type { Db } from '../../platform/database.js';
import { storable } from '../../platform/storable.js';
import type { HashKey } from '../domain/suppression.js';
import { identitiesIn } from '../domain/traces.js';
import { hashOf } from '../suppressions.queries.js';
import type { ImportFormat } from './import.entity.js';
import type { Rejection } from './slice.js';

/** How many refused rows of an import are kept to be looked at, for a while; all are counted. */
export const REJECTIONS_KEPT = 1_000;

/** An import in the hands of a process; `epoch` tells it from whoever had it before. */
export interface Job {
  id: number;
  epoch: number;
  format: ImportFormat;
  mapping: Record<string, string>;
  segment: string | null;
  dry_run: boolean;
  overwrite_consent: boolean;
  /** Rows that are done already, by an earlier holder. */
  total: number;
  rejected: number;
}

/** What a slice adds to an import's counts. */
export interface Counts {
  created: number;
  updated: number;
  unchanged: number;
  duplicates: number;
  rejected: number;
}

/**
 * Takes the import that has waited longest, or `only` this one: one that is queued, or whose holder has stopped
 * answering. Skips what others are taking at this moment, so that two processes never wait for each other.
 */
export async function claimImport(
  db: Db,
  now: RawBuilder<Date>,
  lease: RawBuilder<Date>,
  only: number | null,
): Promise<Job | undefined> {
  const { rows } = await sql<Job>`
    update import i set status = 'processing', epoch = i.epoch + 1, started_at = coalesce(i.started_at, ${now}),
      lease_until = ${lease}
    where i.id = (
      select id from import
      where finished_at is null and (status = 'queued' or status = 'processing' and lease_until < ${now})
        and (${only}::bigint is null or id = ${only})
      order by id limit 1 for update skip locked)
    returning i.id, i.epoch, i.format, i.mapping, i.segment, i.dry_run, i.overwrite_consent, i.total, i.rejected`.execute(
    db,
  );
  return rows[0];
}

const held = ({ id, epoch }: Pick<Job, 'id' | 'epoch'>) =>
  sql`id = ${id} and epoch = ${epoch} and status in ('uploading', 'processing')`;

/** Says that its holder is at work; answers whether it still is the holder. */
export async function renewImport(db: Db, job: Pick<Job, 'id' | 'epoch'>, lease: RawBuilder<Date>): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update import set lease_until = ${lease} where ${held(job)}`.execute(db);
  return numAffectedRows === 1n;
}

/**
 * Counts a slice, in the transaction that writes it and as its last statement: answers false where the import is another
 * process's now, or was cancelled, and then nothing of the slice may stay.
 */
export async function countSlice(
  db: Db,
  job: Job,
  { created, updated, unchanged, duplicates, rejected }: Counts,
  progress: { bytesDone: number; columns: string[] | null },
  lease: RawBuilder<Date>,
): Promise<boolean> {
  const rows = created + updated + unchanged + duplicates + rejected;
  const { numAffectedRows } = await sql`
    update import set total = total + ${rows}, created = created + ${created}, updated = updated + ${updated},
      unchanged = unchanged + ${unchanged}, duplicates = duplicates + ${duplicates}, rejected = rejected + ${rejected},
      bytes_done = ${progress.bytesDone}, columns = ${progress.columns}, lease_until = ${lease}
    where ${held(job)}`.execute(db);
  return numAffectedRows === 1n;
}

/** U+0000 is told as the character for what cannot be told. */
const shown = (text: string) => storable(text, '\uFFFD');

/** Keeps refused rows, the first of an import, with the HMACs of whom they name: by these an erasure finds them. */
export async function keepRejections(db: Db, key: HashKey, importId: number, rejections: Rejection[]): Promise<void> {
  const column = (of: (rejection: Rejection) => string) => texts(rejections.map(of));
  await sql`
    insert into import_rejection (import_id, line, reason, cells, identities)
    select ${importId}, r.line, r.reason, r.cells::jsonb,
           array(select ${hashOf(sql`i.identity`, key)} from jsonb_array_elements_text(r.identities::jsonb) i (identity))
    from unnest(${bigints(rejections.map(({ line }) => line))}::bigint[], ${column(({ reason }) => shown(reason))}::text[],
                ${column(({ cells }) => JSON.stringify(cells.map(shown)))}::text[],
                ${column(({ cells }) => JSON.stringify(identitiesIn(cells).map(shown)))}::text[])
         r (line, reason, cells, identities)`.execute(db);
}

/** Ends an import and drops what was uploaded, and what a trial remembered; answers false where it is not the caller's any more. */
export async function endImport(
  db: Db,
  job: Pick<Job, 'id' | 'epoch'>,
  status: 'completed' | 'failed',
  reason: string | null,
  now: RawBuilder<Date>,
): Promise<boolean> {
  const { rows } = await sql`
    with ended as (
      update import set status = ${status}, reason = ${reason}, finished_at = ${now}, lease_until = null,
        request_key = case when ${status} = 'completed' then request_key end,
        bytes_done = case when ${status} = 'completed' then bytes else bytes_done end
      where ${held(job)} returning id
    ), dropped as (
      delete from import_chunk where import_id = (select id from ended)
    ), forgotten as (
      delete from import_trial where import_id = (select id from ended)
    )
    select id from ended`.execute(db);
  return rows.length === 1;
}

/** Ends what was on its way in when its process or its sender went away. */
export async function failBrokenUploads(db: Db, now: RawBuilder<Date>): Promise<void> {
  await sql`
    with broken as (
      update import set status = 'failed', finished_at = ${now}, lease_until = null, request_key = null,
        reason = 'the upload broke off after ' || bytes || ' bytes; nothing was imported'
      where finished_at is null and status = 'uploading' and lease_until < ${now} returning id
    )
    delete from import_chunk where import_id in (select id from broken)`.execute(db);
}

/** Cancels an import that has not ended, and drops the same; answers whether there was one. */
export async function cancelImport(db: Db, id: number, now: RawBuilder<Date>): Promise<boolean> {
  const { rows } = await sql<{ id: number }>`
    with ended as (
      update import set status = 'cancelled', finished_at = ${now}, lease_until = null, request_key = null
      where id = ${id} and finished_at is null returning id
    ), dropped as (
      delete from import_chunk where import_id = (select id from ended)
    ), forgotten as (
      delete from import_trial where import_id = (select id from ended)
    )
    select id from ended`.execute(db);
  return rows.length === 1;
}

/**
 * Adds a piece to what is being uploaded; answers false where the import was cancelled or given up meanwhile. It does not wait
 * for the disk: nobody is told that the file is there before the commit that queues it, which waits for what was before it.
 */
export async function addChunk(
  db: Db,
  job: Pick<Job, 'id' | 'epoch'>,
  seq: number,
  content: Buffer,
  lease: RawBuilder<Date>,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    with in_passing as materialized (
      select set_config('synchronous_commit', 'off', true)
    ), mine as (
      update import set bytes = bytes + ${content.length}, lease_until = ${lease} where ${held(job)} returning id
    )
    insert into import_chunk (import_id, seq, content) select id, ${seq}, ${content} from mine cross join in_passing`.execute(
    db,
  );
  return numAffectedRows === 1n;
}

/** Lets an import wait for its turn, after its upload or where its holder goes. Answers false where it was cancelled or given up meanwhile. */
export async function queueImport(db: Db, job: Pick<Job, 'id' | 'epoch'>): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update import set status = 'queued', lease_until = null where ${held(job)}`.execute(db);
  return numAffectedRows === 1n;
}

/** A piece of what was uploaded; undefined after the last. */
export async function readChunk(db: Db, importId: number, seq: number): Promise<Buffer | undefined> {
  const { rows } = await sql<{ content: Buffer }>`
    select content from import_chunk where import_id = ${importId} and seq = ${seq}`.execute(db);
  return rows[0]?.content;
}
