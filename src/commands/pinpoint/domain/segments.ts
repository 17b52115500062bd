import { freeName } from '../../domain/free-name.js';
import type { Reading } from './reading.js';
import { EVERYONE_RULE } from '../../../audience/domain/everyone-rule.js';
import { type Answer, NOBODY, together } from './answer.js';
import { dimensionAnswers } from './rule.js';

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
  /** Of those that were carried over: whoever is built on another cannot be, either. */
  private readonly answers = new Map<string, Answer>();

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
      // Until it has members everybody is none of them.
      this.keep(segment, name, null);
      return;
    }
    type.became('rule');
    const answer = this.answerOf(segment);
    if (answer) this.keep(segment, name, answer.no);
    const description = 'Has nobody: a condition of it in Pinpoint cannot be asked here; write its rule';
    this.made.push({ name, ...(answer ? {} : { description }), rule: answer?.yes ?? NOBODY });
  }

  /** What a rule says that is built on it: its name, or whom it surely does not have. */
  private keep(segment: Reading, name: string, no: Answer['no']): void {
    const id = segment.at('Id').text;
    if (id !== null) this.answers.set(id, { yes: { segment: name }, no });
  }

  /** Null where a part of it cannot be asked: a rule without that part would have people in it who were not meant. */
  private answerOf(segment: Reading): Answer | null {
    const groups = segment.at('SegmentGroups');
    if (!groups.at('Groups').given) return all(dimensionAnswers(segment.at('Dimensions')));
    segment.at('Dimensions').dropped('SegmentGroups say it instead');
    const include = groups.at('Include');
    include.became('rule');
    const type = include.text ?? 'ALL';
    const answers = groups
      .at('Groups')
      .items()
      .map((group) => this.ofGroup(group, type === 'NONE'));
    return answers.includes(null) ? null : together(type, answers as Answer[]);
  }

  private ofGroup(group: Reading, denied: boolean): Answer | null {
    for (const field of ['Type', 'SourceType']) group.at(field).became('rule');
    const sourceType = group.at('SourceType').text ?? 'ALL';
    const sets = group
      .at('Dimensions')
      .items()
      .map((dimensions) => all(dimensionAnswers(dimensions)));
    const sources = group
      .at('SourceSegments')
      .items()
      .map((source) => this.ofSource(source, denied || sourceType === 'NONE'));
    if (sets.includes(null) || sources.includes(null)) return null;
    const parts = [
      ...(sources.length > 0 ? [together(sourceType, sources as Answer[])] : []),
      ...(sets.length > 0 ? [together(group.at('Type').text ?? 'ALL', sets as Answer[])] : []),
    ];
    return parts.includes(null) ? null : all(parts as Answer[]);
  }

  private ofSource(source: Reading, denied: boolean): Answer | null {
    source.at('Version').dropped('a rule asks a segment as it is now');
    const id = source.at('Id');
    const answer = this.answers.get(id.text ?? '');
    if (!answer) {
      id.dropped('this segment is not among the files, or could not be carried over itself');
      return null;
    }
    if (!denied) id.became('rule');
    else if (answer.no) id.resembles('rule', 'the opposite of its rule as it is now: a later one changes nothing here');
    else {
      const name = this.names.get(id.text!);
      id.dropped(
        `"${name}" has no members yet, or asks for such a segment: import them, then write a rule with {not: {segment: "${name}"}}`,
      );
      return null;
    }
    return answer;
  }
}

const EVERYONE: Answer = { yes: EVERYONE_RULE, no: NOBODY };

function all(answers: Answer[] | null): Answer | null {
  if (answers === null) return null;
  return answers.length === 0 ? EVERYONE : together('ALL', answers);
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
