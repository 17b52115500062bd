import { defineEntity, p } from '@mikro-orm/core';

/** What an import can be: on its way in, waiting for its turn, worked on, or at an end. */
export const IMPORT_STATUSES = ['uploading', 'queued', 'processing', 'completed', 'failed', 'cancelled'] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

export const IMPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

const count = () => p.bigint('number').defaultRaw('0');

const ImportSchema = defineEntity({
  name: 'Import',
  tableName: 'import',
  uniques: [{ name: 'import_request_key_unique', properties: 'requestKey' }],
  indexes: [{ name: 'import_open_index', properties: 'id', where: 'finished_at is null' }],
  checks: [
    {
      name: 'import_status_known',
      expression: `status in ('uploading', 'queued', 'processing', 'completed', 'failed', 'cancelled')`,
    },
    { name: 'import_format_known', expression: `format in ('csv', 'ndjson')` },
    { name: 'import_adds_up', expression: 'total = created + updated + unchanged + duplicates + rejected' },
    {
      name: 'import_finished_once_ended',
      expression: `(finished_at is null) = (status in ('uploading', 'queued', 'processing'))`,
    },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    status: p.text().$type<ImportStatus>().default('uploading'),
    reason: p.text().nullable(),
    format: p.text().$type<ImportFormat>(),
    segment: p.text().nullable(),
    /** Which segment that is, once it is there; none has it any more where it was deleted. */
    segmentId: p.bigint('number').nullable(),
    mapping: p.json<Record<string, string>>().defaultRaw(`'{}'`),
    columns: p.array().columnType('text[]').nullable(),
    dryRun: p.boolean().default(false),
    overwriteConsent: p.boolean().default(false),
    bytes: count(),
    bytesDone: count(),
    total: count(),
    created: count(),
    updated: count(),
    unchanged: count(),
    duplicates: count(),
    rejected: count(),
    /** Whom it leaves out since they were erased: what identified them, as HMACs. */
    erased: p.array().columnType('bytea[]').defaultRaw(`'{}'`),
    requestKey: p.text().nullable(),
    requestHash: p.text().nullable(),
    epoch: p.integer().default(0),
    leaseUntil: p.datetime(6).nullable(),
    createdAt: p.datetime(6),
    startedAt: p.datetime(6).nullable(),
    finishedAt: p.datetime(6).nullable(),
  },
});

/** A file of contacts on its way into the audience. */
export class Import extends ImportSchema.class {}
ImportSchema.setClass(Import);

const ImportChunkSchema = defineEntity({
  name: 'ImportChunk',
  tableName: 'import_chunk',
  properties: {
    import: () => p.manyToOne(Import).mapToPk().primary().deleteRule('cascade').updateRule('no action').index(false),
    seq: p.integer().primary(),
    content: p.blob(),
  },
});

/** A piece of an uploaded file, unpacked; in the database, so that any process can carry an import on. Gone at its end. */
export class ImportChunk extends ImportChunkSchema.class {}
ImportChunkSchema.setClass(ImportChunk);

const ImportRejectionSchema = defineEntity({
  name: 'ImportRejection',
  tableName: 'import_rejection',
  properties: {
    import: () => p.manyToOne(Import).mapToPk().primary().deleteRule('cascade').updateRule('no action').index(false),
    line: p.bigint('number').primary(),
    reason: p.text(),
    cells: p.json<string[]>(),
    /** Whom it names, as HMACs in normal form; of rows that earlier versions refused, nobody. */
    identities: p.array().columnType('bytea[]').defaultRaw(`'{}'`),
  },
});

/** A row that was refused, with the reason. */
export class ImportRejection extends ImportRejectionSchema.class {}
ImportRejectionSchema.setClass(ImportRejection);

const ImportTrialSchema = defineEntity({
  name: 'ImportTrial',
  tableName: 'import_trial',
  indexes: [
    { name: 'import_trial_contact_id_index', properties: ['import', 'contactId'] },
    { name: 'import_trial_external_id_index', properties: ['import', 'externalId'] },
    { name: 'import_trial_email_index', properties: ['import', 'email'] },
    { name: 'import_trial_phone_index', properties: ['import', 'phone'] },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    import: () => p.manyToOne(Import).mapToPk().deleteRule('cascade').updateRule('no action').index(false),
    contactId: p.bigint('number').nullable(),
    externalId: p.text().nullable(),
    email: p.text().nullable(),
    phone: p.text().nullable(),
  },
});

/** Whom a trial would have made so far, or given other identities; `contactId` is null for the former. Gone at its end. */
export class ImportTrial extends ImportTrialSchema.class {}
ImportTrialSchema.setClass(ImportTrial);
