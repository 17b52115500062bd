import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import { Clock } from '../../platform/clock.js';
import type { Db } from '../../platform/database.js';
import { ContactWriting } from '../contact-writing.js';
import {
  addContacts,
  changeContacts,
  isAnyoneKnown,
  knownContacts,
  lookUpByIndex,
  namedBy,
  type NewContacts,
  newContacts,
  writeInPassing,
} from './import-slice.queries.js';
import { withoutErased } from './erased-rows.js';
import { type Counts, countSlice, type Job, keepRejections, REJECTIONS_KEPT } from './imports.queries.js';
import { addMembers, ensureSegments, filledSegment, noteFilled, rulesAmong } from './membership.queries.js';
import type { Rejection, Slice, SliceRow } from './slice.js';
import { consentChanges, countsOf, type Fates, membershipsOf } from './slice-fates.js';
import { type Entry, type Known, type Person, planSlice, type SlicePlan } from './slice-plan.js';
import { tryOut } from './trial.js';
import { keepOnTrial, knownOnTrial } from './trial.queries.js';

/** What can be known of a slice before it is its turn. */
export interface PreparedSlice {
  slice: Slice;
  named: RawBuilder<boolean> | null;
  /** What is to be done if nobody in it is there yet; `nobodyThere`: whether they were looked for a moment ago, and nobody was found. */
  ifNew: { plan: SlicePlan; contacts: NewContacts; nobodyThere: boolean } | null;
}

/** The import is another process's now, or was cancelled: whoever wrote for it stops. */
export class Replaced extends Error {}

/** The segment of an import became a rule since the file was taken in. */
export class BecameRule extends Error {}

/** The segment of an import was deleted since it had one. */
export class SegmentGone extends Error {}

/** Writes slices, each in one transaction with its counts: a crash leaves all of it or nothing. */
@Injectable()
export class SliceWriter {
  constructor(
    private readonly em: EntityManager,
    private readonly writing: ContactWriting,
    private readonly clock: Clock,
  ) {}

  /** What can be done while the slice before is being written; `likelyNew`: whether it is worth while to think that all are new. */
  async prepare(slice: Slice, job: Job, likelyNew: boolean): Promise<PreparedSlice> {
    const { rows } = slice;
    const named = rows.length > 0 ? namedBy(rows) : null;
    if (!named || !likelyNew) return { slice, named, ifNew: null };
    const nobodyThere = this.isNobodyThere(job, slice, named);
    const plan = planSlice(rows, [], job.overwrite_consent);
    const contacts = newContacts((plan.parts[0] ?? []).map(({ contact }) => contact));
    return { slice, named, ifNew: { plan, contacts, nobodyThere: await nobodyThere } };
  }

  /**
   * Looks for the contacts of a slice while the one before is being written. If somebody is made between this and its own
   * writing, a unique constraint says so, and it is written anew with whom it then finds. A trial writes nothing that could be
   * refused, and so has to look in its own transaction.
   */
  private async isNobodyThere(job: Job, slice: Slice, named: RawBuilder<boolean>): Promise<boolean> {
    if (job.dry_run || slice.rows.some(({ again }) => again)) return false;
    return this.em.transactional(async (em) => {
      await lookUpByIndex(em.getKysely());
      return !(await isAnyoneKnown(em.getKysely(), named));
    });
  }

  /**
   * Answers what was counted. Throws Replaced where the import is not the caller's any more, BecameRule or SegmentGone where
   * nobody can be put into its segment; then nothing was written.
   */
  async write(job: Job, prepared: PreparedSlice, columns: string[] | null, lease: RawBuilder<Date>): Promise<Counts> {
    const { slice } = prepared;
    return this.em.transactional(async (em) => {
      const db = em.getKysely();
      const said = job.dry_run ? [] : slice.rows.map(({ contact }) => contact.consent);
      await this.writing.begin(db, said);
      await writeInPassing(db);
      const segments = await segmentsOf(db, job, slice);
      const permitted = await withoutErased(db, this.writing.key(), job.id, slice);
      const { rows, wrong } = withoutRules(permitted.rows, segments.rules);
      const known = await knownTo(db, job, prepared);
      const asThought = known.length === 0 && rows.length === slice.rows.length ? prepared.ifNew : null;
      // Once: those in it are given their ids, and of a transaction that is tried again they would be the wrong ones.
      prepared.ifNew = null;
      const plan = asThought?.plan ?? planSlice(rows, known, job.overwrite_consent);
      const before = new Map(known.map((each) => [each.id, each]));
      const fates: Fates = new Map();
      for (const part of plan.parts) {
        const ready = asThought && plan.parts.length === 1 ? asThought.contacts : null;
        const done = job.dry_run
          ? await tryOut(db, this.clock.sql(), job, part, before)
          : await this.carryOut(db, job, part, ready);
        if (!job.dry_run) await this.pay(db, job, done);
        for (const [entry, fate] of done) fates.set(entry, fate);
      }
      const rejections = [...permitted.refused, ...wrong, ...plan.rejections].toSorted((a, b) => a.line - b.line);
      const counts = countsOf(fates, rejections.length);
      if (job.dry_run) await keepOnTrial(db, job.id, peopleOf(plan), before);
      else await addMembers(db, membershipsOf(job, fates, segments.ids));
      const room = REJECTIONS_KEPT - job.rejected;
      if (room > 0 && rejections.length > 0)
        await keepRejections(db, this.writing.key(), job.id, rejections.slice(0, room));
      const progress = { bytesDone: slice.bytesDone, columns };
      if (!(await countSlice(db, job, counts, progress, lease))) throw new Replaced();
      return counts;
    });
  }

  /** Writes a part of a plan, or on a trial finds out what would come of it. `ready`: all of it in the words of new contacts. */
  private async carryOut(db: Db, job: Job, part: Entry[], ready: NewContacts | null): Promise<Fates> {
    const fates: Fates = new Map();
    const there = part.filter(({ person }) => person.id !== null);
    const changes = there.map(({ person, contact }) => ({ id: person.id!, contact }));
    const changed = changes.length > 0 ? await changeContacts(db, this.clock.sql(), changes, job) : new Set<number>();
    for (const entry of there) fates.set(entry, changed.has(entry.person.id!) ? 'updated' : 'unchanged');
    const fresh = part.filter(({ person }) => person.id === null);
    if (fresh.length === 0) return fates;
    for (const entry of fresh) fates.set(entry, 'created');
    const ids = await addContacts(db, ready ?? newContacts(fresh.map(({ contact }) => contact)));
    fresh.forEach(({ person }, index) => (person.id = ids[index]!));
    return fates;
  }

  /** What a write of contacts owes: the mark of those on the suppression list, and the history of consent. */
  private async pay(db: Db, job: Job, fates: Fates): Promise<void> {
    const written = [...fates].filter(([, fate]) => fate !== 'unchanged').map(([{ person }]) => person.id!);
    await this.writing.addressed(db, written);
    await this.writing.consented(db, consentChanges(job, fates));
  }
}

/** Those in a slice who are there, or on a trial would be. */
async function knownTo(db: Db, job: Job, { named, ifNew }: PreparedSlice): Promise<Known[]> {
  if (!named || ifNew?.nobodyThere) return [];
  return job.dry_run ? knownOnTrial(db, job.id, named) : knownContacts(db, named);
}

/** Everybody whom a plan is about, once. */
const peopleOf = ({ parts }: SlicePlan): Person[] => [...new Set(parts.flat().map(({ person }) => person))];

/** The segments that a slice names: ids of the static ones, those that are missing made unless it is a trial; names of rules. */
async function segmentsOf(
  db: Db,
  job: Job,
  slice: Slice,
): Promise<{ ids: Map<string, number>; rules: ReadonlySet<string> }> {
  const filled = job.segment === null ? null : await filledSegment(db, job.id);
  if (filled && filled.id !== null && !filled.present) throw new SegmentGone(isGone(job.segment!));
  const distinct = new Set(slice.rows.flatMap(({ contact }) => contact.segments ?? []));
  if (filled?.id === null) distinct.add(job.segment!);
  else if (filled) distinct.delete(job.segment!);
  const names = [...distinct];
  const ids = job.dry_run ? new Map<string, number>() : await ensureSegments(db, names);
  const rules = job.dry_run ? await rulesAmong(db, names) : new Set(names.filter((name) => !ids.has(name)));
  if (filled?.id === null && rules.has(job.segment!)) throw new BecameRule(isRule(job.segment!));
  if (filled?.id === null && !job.dry_run) await noteFilled(db, job.id, ids.get(job.segment!)!);
  // By its id, whatever it is called by now.
  if (filled && filled.id !== null) ids.set(job.segment!, filled.id);
  return { ids, rules };
}

/** The rows but for those that name a segment nobody can be put into. */
function withoutRules(rows: SliceRow[], rules: ReadonlySet<string>): { rows: SliceRow[]; wrong: Rejection[] } {
  if (rules.size === 0) return { rows, wrong: [] };
  const wrong: Rejection[] = [];
  const kept = rows.filter(({ line, cells, contact }) => {
    const rule = contact.segments?.find((name) => rules.has(name));
    if (rule !== undefined) wrong.push({ line, cells, reason: isRule(rule) });
    return rule === undefined;
  });
  return { rows: kept, wrong };
}

const isRule = (segment: string) => `the segment "${segment}" is a rule; nobody can be put into it`;
const isGone = (segment: string) =>
  `the segment "${segment}" was deleted meanwhile; what was counted until then is imported, and the file can be sent again`;
