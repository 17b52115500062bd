import { freeName } from '../../domain/free-name.js';
import type { Reading } from './reading.js';
import { EVERYONE_RULE } from '../../../audience/domain/everyone-rule.js';
import { dimensionRules, joined, NOBODY, type Rule } from './rule.js';

/** What Pinpoint keeps of a thing for itself. */
export const OWN_FIELDS = ['ApplicationId', 'Arn', 'CreationDate', 'LastModifiedDate', 'Version', 'Id'];
const LONGEST_NAME = 50;

/** A segment as files have it. */
export interface SegmentCode extends Record<string, unknown> {
  name: string;
}

/** Segments by what campaigns and other segments call them. */
export class Segments {
  readonly made: SegmentCode[] = [];
  private readonly names = new Map<string, string>();
  /** Those whose rule could not be carried over: whoever is built on them cannot be either. */
  private readonly incomplete = new Set<string>();

  constructor(segments: readonly Reading[]) {
    for (const segment of segments) {
      const name = this.nameFor(segment.at('Name').text ?? segment.at('Id').text ?? 'segment');
      const id = segment.at('Id').text;
      if (id !== null) this.names.set(id, name);
    }
    const waiting = segments.map((segment) => ({ segment, name: this.named(segment) }));
    // Whatever they are built on comes before them, so that what is incomplete is known; a circle is nobody.
    for (let left = waiting; left.length > 0;) {
      const free = left.filter(
        ({ segment }) => !sourceIds(segment).some((id) => left.some((one) => one.segment.at('Id').text === id)),
      );
      for (const { segment, name } of free.length > 0 ? free : left) this.make(segment.as(`segment "${name}"`), name);
      left = free.length > 0 ? left.filter((one) => !free.includes(one)) : [];
    }
  }

  /** The name of the segment with this id; one that is not among the files gets an empty one made in its place. */
  target(id: Reading): string {
    const known = this.names.get(id.text ?? '');
    if (known !== undefined) {
      id.became('target_segment');
      return known;
    }
    const name = this.nameFor(`Pinpoint ${id.text}`);
    this.names.set(id.text ?? '', name);
    this.made.push({ name, description: 'Stands in for a segment of Pinpoint that was not among the files' });
    id.resembles('target_segment', 'this segment is not among the files: an empty one stands in for it');
    return name;
  }

  private named(segment: Reading): string {
    return this.names.get(segment.at('Id').text ?? '') ?? this.nameFor(segment.at('Name').text ?? 'segment');
  }

  private nameFor(wanted: string): string {
    const clean = wanted.replace(/\p{C}/gu, ' ').trim() || 'segment';
    return freeName(clean, new Set(this.names.values()), { longest: LONGEST_NAME });
  }

  private make(segment: Reading, name: string): void {
    const named = segment.at('Name');
    if (named.text === name) named.became('name');
    else named.resembles('name', `"${name}" here: names are unique and have at most ${LONGEST_NAME} characters`);
    for (const field of OWN_FIELDS) segment.at(field).dropped('of Pinpoint itself');
    segment.at('tags').dropped('a segment has no tags');
    const type = segment.at('SegmentType');
    if (type.text === 'IMPORT') {
      type.resembles('name', 'a static segment, without its members: export them, and import them into this segment');
      segment.at('ImportDefinition').dropped('members come with "import FILE --segment", not with the segment');
      this.made.push({ name });
      return;
    }
    type.became('rule');
    const rule = this.ruleOf(segment);
    if (rule === null) this.incomplete.add(segment.at('Id').text ?? '');
    const description = 'Has nobody: a condition of it in Pinpoint cannot be asked here; write its rule';
    this.made.push({ name, ...(rule ? {} : { description }), rule: rule ?? NOBODY });
  }

  /** Null where a part of it cannot be asked: a rule without that part would have people in it who were not meant. */
  private ruleOf(segment: Reading): Rule | null {
    const groups = segment.at('SegmentGroups');
    if (!groups.at('Groups').given) return together(dimensionRules(segment.at('Dimensions')));
    segment.at('Dimensions').dropped('SegmentGroups say it instead');
    const type = groups.at('Include');
    type.became('rule');
    const rules = groups
      .at('Groups')
      .items()
      .map((group) => this.groupRule(group));
    return rules.includes(null) ? null : joined(type.text ?? 'ALL', rules as Rule[]);
  }

  private groupRule(group: Reading): Rule | null {
    for (const field of ['Type', 'SourceType']) group.at(field).became('rule');
    const sets = group
      .at('Dimensions')
      .items()
      .map((dimensions) => together(dimensionRules(dimensions)));
    const sources = group
      .at('SourceSegments')
      .items()
      .map((source) => this.sourceRule(source));
    if (sets.includes(null) || sources.includes(null)) return null;
    const parts = [
      ...(sources.length > 0 ? [joined(group.at('SourceType').text ?? 'ALL', sources as Rule[])] : []),
      ...(sets.length > 0 ? [joined(group.at('Type').text ?? 'ALL', sets as Rule[])] : []),
    ];
    return together(parts);
  }

  private sourceRule(source: Reading): Rule | null {
    source.at('Version').dropped('a rule asks a segment as it is now');
    const id = source.at('Id');
    const name = this.names.get(id.text ?? '');
    if (name !== undefined && !this.incomplete.has(id.text!)) {
      id.became('rule');
      return { segment: name };
    }
    id.dropped('this segment is not among the files, or could not be carried over itself');
    return null;
  }
}

function together(rules: Rule[] | null): Rule | null {
  if (rules === null) return null;
  return rules.length === 0 ? EVERYONE_RULE : joined('ALL', rules);
}

const sourceIds = (segment: Reading): (string | null)[] =>
  segment
    .at('SegmentGroups')
    .at('Groups')
    .items()
    .flatMap((group) =>
      group
        .at('SourceSegments')
        .items()
        .map((source) => source.at('Id').text),
    );
