import type { Document, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { Code } from './domain/code.js';

/** Said at the top of every file. */
const HEAD = ` Campaigns and segments as code: what is said, to whom and when, in the fields of the API, defaults left out.
 A campaign or segment is known by its name. Not in here: contacts and who is in a static segment, runs and what became
 of them, status (draft, paused ...), providers and secrets. Look at it with "plan", take it over with "apply".`;

const RULE_KEYS = ['all', 'any', 'not', 'field', 'attribute', 'op', 'value', 'segment'];
const FACT_KEYS = ['received', 'opened', 'clicked', 'campaign', 'within_last', 'channel'];
const SCHEDULE_KEYS = [
  ...['schedule_time', 'time_zone', 'recipient_time_zone', 'late', 'frequency', 'interval', 'weekdays', 'cron'],
  ...['until', 'max_runs', 'send_window', 'misfire', 'overlap', 'on_doubt'],
];
const MESSAGE_KEYS = [
  ...['kind', 'sender', 'reply_to', 'headers', 'tracking', 'footer', 'format', 'subject', 'preheader', 'url', 'icon'],
  ...['message', 'text'],
];
const INNER_KEYS = [
  'email',
  'from',
  'to',
  'weekdays',
  'opens',
  'clicks',
  'utm',
  'source',
  'medium',
  'content',
  'share',
];
const TEST_KEYS = [
  'test_share',
  'hold_out',
  'winner',
  'by',
  'after_minutes',
  'significance',
  'on_undecided',
  'variants',
];

/** The order in which names are written; those that are not here come last, in the order of their characters. */
const ORDER = [
  ...[
    'segments',
    'campaigns',
    'name',
    'description',
    'rule',
    ...RULE_KEYS,
    ...FACT_KEYS,
    'type',
    'channel',
    'provider',
  ],
  ...['target_segment', 'include', 'exclude', 'only_new'],
  ...[...SCHEDULE_KEYS, ...INNER_KEYS, ...MESSAGE_KEYS, ...TEST_KEYS],
];
const placeOf = new Map(ORDER.map((name, index) => [name, index]));

/** What block and plain style cannot hold for certain: it is written in double quotes, with escapes. */
const UNREADABLE = /[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** The YAML of segments and campaigns. The same things come to the same bytes; an empty list is left out. */
export async function writeCode({ segments, campaigns }: Code): Promise<string> {
  // Loaded with the first file: other commands need not know YAML.
  const yaml = await import('yaml');
  const lists = Object.entries({ segments, campaigns }).filter(([, list]) => list.length > 0);
  const document = new yaml.Document(ordered(Object.fromEntries(lists)), { aliasDuplicateObjects: false });
  document.commentBefore = HEAD;
  yaml.visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value !== 'string') return;
      if (UNREADABLE.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
      else if (scalar.value.includes('\n')) scalar.type = 'BLOCK_LITERAL';
    },
  });
  if (lists.length > 0) spread(document);
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
}

/** An empty line before each thing. */
function spread(document: Document): void {
  for (const { key, value } of (document.contents as YAMLMap).items as Pair<{ spaceBefore?: boolean }, YAMLSeq>[]) {
    key.spaceBefore = true;
    for (const thing of value!.items.slice(1) as YAMLMap[]) thing.spaceBefore = true;
  }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(names.map((name) => [name, ordered((value as Record<string, unknown>)[name])]));
}

const rank = (name: string): number => placeOf.get(name) ?? ORDER.length;
