import type { Carried } from './domain/carry-over.js';
import type { Remark } from './domain/reading.js';

const MARKS = { mapped: ' ', mapped_differently: '~', not_mapped: '✗' } as const;
const LONGEST = 60;

/** What became of everything, for people: of what is the same here only how much it is. */
export function pinpointWords({ segments, campaigns, remarks }: Carried): string {
  const lines: string[] = [];
  for (const [thing, those] of grouped(remarks, ({ file, thing: name }) => `${name} (${file})`)) {
    const told = those.filter(({ mapping }) => mapping !== 'mapped');
    if (told.length > 0) lines.push(thing, ...thingLines(told), '');
  }
  const count = (mapping: Remark['mapping']) => remarks.filter((one) => one.mapping === mapping).length;
  lines.push(
    `${campaigns.length} campaigns, ${segments.length} segments; of ${remarks.length} values ${count('mapped')} are the same here, ${count('mapped_differently')} differ (~), ${count('not_mapped')} are not carried over (✗)`,
  );
  return lines.join('\n');
}

/** What became the same for the same reason stands in one line. */
function thingLines(remarks: Remark[]): string[] {
  const alike = grouped(remarks, ({ mapping, to, note }) => JSON.stringify([mapping, to, note]));
  return [...alike.values()].map((those) => {
    const { mapping, to, note } = those[0]!;
    return `  ${MARKS[mapping]} ${those.map(nameOf).join(', ')}${to === null ? '' : ` → ${to}`}: ${note}`;
  });
}

function nameOf({ pointer, value }: Remark): string {
  const name = pointer.replace(/^(?:\/\d+)?(?:\/\w+Response)?(?:\/Item\/\d+)?\//, '').replaceAll('/', '.');
  const text = JSON.stringify(value);
  return `${name} ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`;
}

function grouped(remarks: Remark[], keyOf: (remark: Remark) => string): Map<string, Remark[]> {
  const groups = new Map<string, Remark[]>();
  for (const remark of remarks) groups.set(keyOf(remark), [...(groups.get(keyOf(remark)) ?? []), remark]);
  return groups;
}
