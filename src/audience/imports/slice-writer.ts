import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import type { Db } from '../../platform/database.js';
import type { NewConsentChange } from '../consent.queries.js';
import { changesOf } from '../contact-input.js';
import { ContactWriting } from '../contact-writing.js';
import { CHANNELS } from '../domain/channel.js';
import { consentAfter } from '../domain/consent-on-import.js';
import { IDENTITIES } from '../domain/identity.js';
import { lookUpByIndex, tryEntries, writeEntries, type Written } from './import-slice.queries.js';
import { type Counts, countSlice, type Job, keepRejections, REJECTIONS_KEPT } from './imports.queries.js';
import { addMembers, ensureSegments, type Memberships } from './membership.queries.js';
import type { Entry, Slice } from './slice.js';

/** What became of each entry that was not refused, and the contact it is about. */
type Fates = Map<Entry, Pick<Written, 'id' | 'before'> & { fate: 'created' | 'updated' | 'unchanged' }>;

/** The import is another process's now, or was cancelled: whoever wrote for it stops. */
export class Replaced extends Error {}

/** Writes slices, each in one transaction with its counts: a crash leaves all of it or nothing. */
@Injectable()
export class SliceWriter {
  constructor(
    private readonly em: EntityManager,
    private readonly writing: ContactWriting,
  ) {}

  /** Answers what was counted. Throws Replaced where the import is not the caller's any more; then nothing was written. */
  async write(job: Job, slice: Slice, columns: string[] | null, lease: RawBuilder<Date>): Promise<Counts> {
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      const said = job.dry_run ? [] : slice.entries.map(({ contact }) => contact.consent);
      await this.writing.begin(db, said);
      await lookUpByIndex(db);
      const segments = job.dry_run ? null : await this.segmentsOf(db, job, slice);
      const fates = await this.fatesOf(db, job, slice);
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
    for (const entry of slice.entries.filter(({ contact }) => contact.segments)) {
      const rule = entry.contact.segments!.find((name) => !segments.has(name));
      if (rule !== undefined) slice.refuse(entry, `the segment "${rule}" is a rule; nobody can be put into it`);
    }
    return segments;
  }

  /** What became of each entry; those that another contact keeps out are refused. */
  private async fatesOf(db: Db, job: Job, slice: Slice): Promise<Fates> {
    const ask = job.dry_run ? tryEntries : writeEntries;
    const fates: Fates = new Map();
    for (const identity of IDENTITIES) {
      const byLine = new Map(
        slice.entries.filter((each) => each.identity === identity).map((each) => [each.line, each]),
      );
      if (byLine.size === 0) continue;
      for (const { line, id, fate, before } of await ask(db, identity, [...byLine.values()], job.overwrite_consent)) {
        const entry = byLine.get(line)!;
        if (fate === 'created' || fate === 'updated' || fate === 'unchanged') fates.set(entry, { id, fate, before });
        else slice.refuse(entry, `another contact has this ${fate}`);
      }
    }
    return fates;
  }
}

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

/** What the rows said about consent that is new and was taken at its word. */
function consentChanges({ id: importId, overwrite_consent: overwrite }: Job, fates: Fates): NewConsentChange[] {
  return [...fates].flatMap(([{ contact }, { id, before }]) => {
    if (!contact.consent) return [];
    const said: typeof contact.consent = { source: `import ${importId}` };
    for (const channel of CHANNELS) {
      const given = contact.consent[channel];
      const after = given && before ? consentAfter(before[channel], given, overwrite) : given;
      if (after !== undefined && after !== before?.[channel]) said[channel] = after;
    }
    return changesOf(id!, said, before, null);
  });
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
