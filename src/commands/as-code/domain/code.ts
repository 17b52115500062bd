/** What files describe. */
export type ThingKind = 'segment' | 'campaign';

/** A segment or campaign as a file has it: the fields of the API, defaults left out, known by its name. */
export type Thing = Record<string, unknown> & { name: string };

/** What a file has. */
export interface Code {
  segments: Thing[];
  campaigns: Thing[];
}

/** Where in a file something stands; lines and columns count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
  /** JSON pointer into the file. */
  pointer: string;
}

/** Something wrong in a file. */
export interface Fault extends Place {
  message: string;
}

/** A thing read from a file; `at` finds where a pointer into it leads, or the nearest that is there. */
export interface Entry {
  kind: ThingKind;
  value: Thing;
  at(pointer: string): Place;
}

/** Files that cannot be taken as they are; nothing was changed. */
export class CodeRefused extends Error {
  constructor(readonly faults: Fault[]) {
    super(faults.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
  }
}

/** A value as text in which the order of names does not matter. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** Names in the order of their characters, which is the same everywhere. */
export const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
