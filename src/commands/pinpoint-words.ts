import type { Carried } from './domain/pinpoint.js';
import type { Finding } from './domain/pinpoint-reading.js';

const MARKS = { mapped: ' ', mapped_differently: '~', not_mapped: '✗' } as const;
const LONGEST = 60;

/** What became of everything, for people: of what is the same here only how much it is. */
export function pinpointWords({ segments, campaigns, findings }: Carried): string {
  const lines: string[] = [];
  for (const [thing, those] of grouped(findings, ({ file, thing: name }) => `${name} (${file})`)) {
    const told = those.filter(({ verdict }) => verdict !== 'mapped');
    if (told.length > 0) lines.push(thing, ...thingLines(told), '');
  }
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  lines.push(
    `${campaigns.length} campaigns, ${segments.length} segments; of ${findings.length} values ${count('mapped')} are the same here, ${count('mapped_differently')} differ (~), ${count('not_mapped')} are not carried over (✗)`,
  );
  return lines.join('\n');
}

/** What became the same for the same reason stands in one line. */
function thingLines(findings: Finding[]): string[] {
  const alike = grouped(findings, ({ verdict, to, note }) => JSON.stringify([verdict, to, note]));
  return [...alike.values()].map((those) => {
    const { verdict, to, note } = those[0]!;
    return `  ${MARKS[verdict]} ${those.map(nameOf).join(', ')}${to === null ? '' : ` → ${to}`}: ${note}`;
  });
}

function nameOf({ pointer, value }: Finding): string {
  const name = pointer.replace(/^(?:\/\d+)?(?:\/\w+Response)?(?:\/Item\/\d+)?\//, '').replaceAll('/', '.');
  const text = JSON.stringify(value);
  return `${name} ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`;
}

function grouped(findings: Finding[], keyOf: (finding: Finding) => string): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(keyOf(finding), [...(groups.get(keyOf(finding)) ?? []), finding]);
  return groups;
}
