import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import type { Db } from '../../platform/database.js';
import type { NewConsentChange } from '../consent.queries.js';
import { ContactWriting } from '../contact-writing.js';
import { CHANNELS } from '../domain/channel.js';
import { consentAfter } from '../domain/consent-on-import.js';
import { IDENTITIES } from '../domain/identity.js';
import {
  lookUpByIndex,
  type PreparedEntries,
  prepareEntries,
  tryEntries,
  writeEntries,
  type Written,
} from './import-slice.queries.js';
import { type Counts, countSlice, type Job, keepRejections, REJECTIONS_KEPT } from './imports.queries.js';
import { addMembers, ensureSegments, type Memberships } from './membership.queries.js';
import { type Entry, isEvidence, type Slice } from './slice.js';

/** What became of each entry that was not refused, and the contact it is about. */
type Fates = Map<Entry, Pick<Written, 'id' | 'before'> & { fate: 'created' | 'updated' | 'unchanged' }>;

/** A slice that is ready to be written: its entries as they were when they were put into words. */
export interface PreparedSlice {
  slice: Slice;
  of: Entry[];
  entries: PreparedEntries[];
}

/** The import is another process's now, or was cancelled: whoever wrote for it stops. */
export class Replaced extends Error {}

/** The segment of an import became a rule since the file was taken in. */
export class BecameRule extends Error {}

/** Writes slices, each in one transaction with its counts: a crash leaves all of it or nothing. */
@Injectable()
export class SliceWriter {
  constructor(
    private readonly em: EntityManager,
    private readonly writing: ContactWriting,
  ) {}

  /** What can be done while the slice before is being written. */
  prepare(slice: Slice): PreparedSlice {
    return { slice, of: slice.entries, entries: preparedOf(slice.entries) };
  }

  /**
   * Answers what was counted. Throws Replaced where the import is not the caller's any more, BecameRule where nobody can be
   * put into its segment; then nothing was written.
   */
  async write(job: Job, prepared: PreparedSlice, columns: string[] | null, lease: RawBuilder<Date>): Promise<Counts> {
    const { slice } = prepared;
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      const said = job.dry_run ? [] : slice.entries.map(({ contact }) => contact.consent);
      await this.writing.begin(db, said);
      await lookUpByIndex(db);
      const segments = job.dry_run ? null : await this.segmentsOf(db, job, slice);
      const fates = await this.fatesOf(db, job, prepared);
      const counts = countsOf(slice, fates, job.dry_run);
      if (segments) await addMembers(db, membershipsOf(job, fates, segments));
      if (!job.dry_run) await this.pay(db, job, fates);
      const room = REJECTIONS_KEPT - job.rejected;
      if (room > 0 && slice.rejections.length > 0)
        await keepRejections(db, job.id, slice.rejections.toSorted((a, b) => a.line - b.line).slice(0, room));
      const progress = { bytesDone: slice.bytesDone, columns };
      if (!(await countSlice(db, job, counts, progress, lease))) throw new Replaced();
      return counts;
    });
  }

  /** What a write of contacts owes: the mark of those on the suppression list, and the history of consent. */
  private async pay(db: Db, job: Job, fates: Fates): Promise<void> {
    const written = [...fates.values()].filter(({ fate }) => fate !== 'unchanged');
    const ids = written.map(({ id }) => id!);
    await this.writing.addressed(db, ids);
    await this.writing.consented(db, consentChanges(job, fates));
  }

  /** Refuses the entries that name a segment nobody can be put into, and answers the ids of all others' segments. */
  private async segmentsOf(db: Db, job: Job, slice: Slice): Promise<Map<string, number>> {
    const names = new Set(slice.entries.flatMap(({ contact }) => contact.segments ?? []));
    if (job.segment !== null) names.add(job.segment);
    const segments = await ensureSegments(db, [...names]);
    if (job.segment !== null && !segments.has(job.segment)) throw new BecameRule(isRule(job.segment));
    for (const entry of slice.entries.filter(({ contact }) => contact.segments)) {
      const rule = entry.contact.segments!.find((name) => !segments.has(name));
      if (rule !== undefined) slice.refuse(entry, isRule(rule));
    }
    return segments;
  }

  /** What became of each entry; those that another contact keeps out are refused. */
  private async fatesOf(db: Db, job: Job, { slice, of, entries }: PreparedSlice): Promise<Fates> {
    const ask = job.dry_run ? tryEntries : writeEntries;
    const fates: Fates = new Map();
    // Those that were refused meanwhile, or when this was tried before, are not to be written.
    for (const each of slice.entries === of ? entries : preparedOf(slice.entries)) {
      const byLine = new Map(each.entries.map((entry) => [entry.line, entry]));
      for (const { line, id, fate, before } of await ask(db, each, job.overwrite_consent)) {
        const entry = byLine.get(line)!;
        if (fate === 'created' || fate === 'updated' || fate === 'unchanged') fates.set(entry, { id, fate, before });
        else slice.refuse(entry, `another contact has this ${fate}`);
      }
    }
    return fates;
  }
}

/** Identity by identity, those that any entry has. */
function preparedOf(entries: Entry[]): PreparedEntries[] {
  return IDENTITIES.flatMap((identity) => {
    const those = entries.filter((each) => each.identity === identity);
    return those.length > 0 ? [prepareEntries(identity, those)] : [];
  });
}

const isRule = (segment: string) => `the segment "${segment}" is a rule; nobody can be put into it`;

/** Every row counts once; what a trial creates is not there for the rows that come later. */
function countsOf(slice: Slice, fates: Fates, dryRun: boolean): Counts {
  const counts: Counts = {
    created: 0,
    updated: 0,
    unchanged: 0,
    duplicates: slice.overruled,
    rejected: slice.rejections.length,
  };
  for (const [{ rows, again }, { fate }] of fates) {
    counts.duplicates += rows - 1;
    counts[again && (fate !== 'created' || dryRun) ? 'duplicates' : fate] += 1;
  }
  return counts;
}

/** What the rows said about consent that was taken at its word, and is new or comes with its source or its text. */
function consentChanges({ id: importId, overwrite_consent: overwrite }: Job, fates: Fates): NewConsentChange[] {
  return [...fates].flatMap(([{ contact, evidence }, { id, before }]) =>
    CHANNELS.flatMap((channel) => {
      const [said, status] = [evidence[channel], contact.consent?.[channel]];
      if (!said || !status || (before && consentAfter(before[channel], status, overwrite) !== status)) return [];
      if (status === before?.[channel] && !isEvidence(said)) return [];
      const { source = `import ${importId}`, text_version: textVersion = null } = said;
      return [{ contactId: id!, channel, status, source, textVersion, actor: null }];
    }),
  );
}

/** Who belongs where: to the import's segment, and to those of the row itself. */
function membershipsOf({ segment }: Job, fates: Fates, segments: Map<string, number>): Memberships {
  const memberships: Memberships = { segmentIds: [], contactIds: [] };
  for (const [{ contact }, { id }] of fates)
    for (const name of new Set([...(segment === null ? [] : [segment]), ...(contact.segments ?? [])])) {
      memberships.segmentIds.push(segments.get(name)!);
      memberships.contactIds.push(id!);
    }
  return memberships;
}
