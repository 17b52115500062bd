import type { Change, Plan } from './domain/plan.js';

const MARKS = { create: '+', update: '~', delete: '-' } as const;
const INDENT = '    ';
/** Longer than this a value in one line is cut off, where there is nothing to compare it with. */
const LONGEST = 100;
/** How long two texts may be compared, in milliseconds: it grows with the square of what differs. */
const COMPARING_MS = 1_000;

/** A plan for people: what is made, changed field by field, deleted; what is left as it is. */
export async function planWords({ changes, unchanged, unlisted }: Plan, pruning: boolean): Promise<string> {
  const lines: string[] = [];
  for (const change of changes) lines.push(...(await changeLines(change)), '');
  for (const { kind, name, id } of unlisted) lines.push(`  ${kind} "${name}" (${id}) is in no file and stays`);
  if (unlisted.length > 0) lines.push('  (--prune deletes what is in no file)', '');
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  const deleted = pruning || count('delete') > 0 ? `, ${count('delete')} to delete` : '';
  lines.push(`${count('create')} to create, ${count('update')} to change${deleted}, ${unchanged} unchanged`);
  return lines.join('\n');
}

/** One change for people. */
export async function changeLines({ action, kind, name, id, fields, note }: Change): Promise<string[]> {
  const lines = [`${MARKS[action]} ${kind} "${name}"${id === null ? '' : ` (${id})`}`];
  if (note !== null) lines.push(`${INDENT}${note}`);
  for (const { field, before, after } of fields) {
    if (field === 'name') continue;
    if (action === 'create') {
      if (!isNothing(after)) lines.push(`${INDENT}${field}: ${cut(inline(after))}`);
    } else if (isLong(before) || isLong(after))
      lines.push(`${INDENT}${field}:`, ...(await textDiff(asText(before), asText(after))));
    else lines.push(`${INDENT}${field}: ${inline(before)} → ${inline(after)}`);
  }
  return lines.map(visible);
}

/** What differs between two texts, line by line with two lines around it. */
async function textDiff(before: string, after: string): Promise<string[]> {
  // Loaded with the first comparison: it takes megabytes.
  const { structuredPatch } = await import('diff');
  const options = { context: 2, timeout: COMPARING_MS };
  const patch = structuredPatch('', '', before, after, undefined, undefined, options);
  if (!patch) return [`${INDENT}  (too different to compare)`];
  return patch.hunks.flatMap(({ lines }, index) => [
    ...(index > 0 ? [`${INDENT}  ⋯`] : []),
    ...lines.map((line) => `${INDENT}  ${line}`),
  ]);
}

const isNothing = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);
const isLong = (value: unknown): boolean =>
  typeof value === 'string' ? value.includes('\n') : typeof value === 'object' && inline(value).length > LONGEST;

const withoutNulls = (_: string, value: unknown): unknown => (value === null ? undefined : value);
const inline = (value: unknown): string => (isNothing(value) ? '(none)' : JSON.stringify(value, withoutNulls));
const asText = (value: unknown): string =>
  isNothing(value) ? '' : typeof value === 'string' ? value : JSON.stringify(value, withoutNulls, 2);

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length})` : text);

/** What a terminal would take for a command, or for another direction of writing, is shown and not obeyed. */
const visible = (line: string): string =>
  line.replace(
    /(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
