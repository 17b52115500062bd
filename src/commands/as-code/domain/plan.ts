import { canonical, type ThingKind } from './code.js';

/** A field of a thing that will be another; null where it has its default. */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** What happens to one segment or campaign. */
export interface Change {
  action: 'create' | 'update' | 'delete';
  kind: ThingKind;
  name: string;
  /** Null for what is not there yet. */
  id: number | null;
  fields: FieldChange[];
  /** What else is to be known of it, as a sentence: when it starts, that a run is going. */
  note: string | null;
}

/** What is there and in no file. */
export interface Unlisted {
  kind: ThingKind;
  name: string;
  id: number;
}

/** What would happen, or happened. */
export interface Plan {
  changes: Change[];
  /** How many things are as the files have them. */
  unchanged: number;
  /** Left as they are. */
  unlisted: Unlisted[];
}

/** How files are meant. */
export interface PlanWish {
  /** Lets new campaigns wait for their time at once; otherwise they are drafts. */
  start: boolean;
  /** Deletes what is in no file. */
  prune: boolean;
}

/** What differs between two states of a thing, in the order of the second. */
export function fieldChanges(before: Record<string, unknown>, after: Record<string, unknown>): FieldChange[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((field) => {
    const [was, is] = [before[field] ?? null, after[field] ?? null];
    return canonical(was) === canonical(is) ? [] : [{ field, before: was, after: is }];
  });
}

/** What a plan has that was not shown, and what was shown and is no longer so; what is only said of a change does not count. */
export function differences(shown: Plan, present: Plan): { gone: Change[]; added: Change[] } {
  const keyOf = ({ note: _, ...change }: Change) => canonical(change);
  const [before, now] = [shown, present].map(({ changes }) => new Set(changes.map(keyOf)));
  return {
    gone: shown.changes.filter((change) => !now!.has(keyOf(change))),
    added: present.changes.filter((change) => !before!.has(keyOf(change))),
  };
}
