import { pointTo } from '../../../audience/domain/rule-values.js';

/** What becomes of one value of the input: the same here, something close to it, or nothing. */
export type Mapping = 'mapped' | 'mapped_differently' | 'not_mapped';

/** What became of one value. */
export interface Remark {
  file: string;
  /** JSON pointer into the file. */
  pointer: string;
  /** What it belongs to, such as `campaign "Brief"`. */
  thing: string;
  value: unknown;
  mapping: Mapping;
  /** The field that it became; null where it became none. */
  to: string | null;
  /** Why, or what is different; null where there is nothing to say. */
  note: string | null;
}

/** Everything that was said about values. Of each what was said first counts, unless the thing it belongs to is left out. */
export class Remarks {
  private readonly told = new Map<string, Remark>();

  tell(remark: Remark, anew: boolean): void {
    const key = `${remark.file} ${remark.pointer}`;
    if (anew || !this.told.has(key)) this.told.set(key, remark);
  }

  all(): Remark[] {
    return [...this.told.values()];
  }
}

/** A value of the input with its place. What is said of it is said of every value inside it. */
export class Reading {
  constructor(
    readonly value: unknown,
    private readonly remarks: Remarks,
    private readonly place: { file: string; thing: string; pointer: string },
  ) {}

  /** The same value as part of something. */
  as(thing: string): Reading {
    return new Reading(this.value, this.remarks, { ...this.place, thing });
  }

  /** The value under a name or number; one that is not there has the value undefined. */
  at(name: string | number): Reading {
    const value = isObject(this.value) ? (this.value as Record<string | number, unknown>)[name] : undefined;
    return new Reading(value, this.remarks, { ...this.place, pointer: pointTo(this.place.pointer, String(name)) });
  }

  /** The values in a list, none where it is no list. */
  items(): Reading[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.at(index)) : [];
  }

  /** The values of an object by their names, none where it is no object. */
  entries(): [string, Reading][] {
    const named = isObject(this.value) && !Array.isArray(this.value);
    return named ? Object.keys(this.value as object).map((name) => [name, this.at(name)]) : [];
  }

  /** Whether something is said at all. */
  get given(): boolean {
    return this.value !== undefined && this.value !== null && this.value !== '';
  }

  get text(): string | null {
    return typeof this.value === 'string' && this.value !== '' ? this.value : null;
  }

  get number(): number | null {
    return typeof this.value === 'number' ? this.value : null;
  }

  /** It is the same here. */
  became(to: string): void {
    this.tell('mapped', to, null);
  }

  /** It is something else here that comes close. */
  resembles(to: string, note: string): void {
    this.tell('mapped_differently', to, note);
  }

  /** It is nothing here. */
  dropped(note: string): void {
    this.tell('not_mapped', null, note);
  }

  /** The whole thing is nothing here, whatever was said of its parts. */
  leftOut(note: string): void {
    this.tell('not_mapped', null, note, true);
  }

  private tell(mapping: Mapping, to: string | null, note: string | null, anew = false): void {
    const inner = [...this.entries().map(([, one]) => one), ...this.items()];
    if (inner.length > 0) for (const one of inner) one.tell(mapping, to, note, anew);
    else if (this.value === undefined) return;
    else {
      const nothing = !this.given || isObject(this.value);
      const said = nothing ? { mapping: 'mapped' as const, to: null, note: 'says nothing' } : { mapping, to, note };
      this.remarks.tell({ ...this.place, value: this.value, ...said }, anew);
    }
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
