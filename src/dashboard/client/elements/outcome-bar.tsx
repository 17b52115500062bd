import { Group, Text } from '@mantine/core';
import type { Counts } from '../api/types.js';
import { count } from './figures.js';
import { Dot } from './status.js';

/** The outcomes in the order they are always shown in, with their colours. */
const OUTCOMES = [
  ['sent', 'Sent', 'var(--sent)'],
  ['failed', 'Failed', 'var(--failed)'],
  ['skipped', 'Skipped', 'var(--skipped)'],
  ['in_doubt', 'In doubt', 'var(--in-doubt)'],
  ['pending', 'Pending', 'var(--pending)'],
] as const;

/** The counts in words, for who cannot see the bar. */
const inWords = (counts: Counts): string =>
  OUTCOMES.map(([key, words]) => `${words.toLowerCase()} ${count(counts[key])}`).join(', ');

/** What became of an audience, as parts of a bar. */
export function OutcomeBar({ counts, height = 8 }: { counts: Counts; height?: number }) {
  return (
    <div className="outcome-bar" role="img" aria-label={inWords(counts)} style={{ height }}>
      {OUTCOMES.filter(([key]) => counts[key] > 0).map(([key, , colour]) => (
        <span key={key} style={{ flex: `${counts[key]} 0 0`, background: colour }} />
      ))}
    </div>
  );
}

/** The same counts as figures. */
export function OutcomeFigures({ counts }: { counts: Counts }) {
  return (
    <Group gap="8px 28px" className="figures">
      {OUTCOMES.map(([key, words, colour]) => (
        <div key={key}>
          <Text size="xs" c="dimmed" component="div">
            <Dot colour={colour}>{words}</Dot>
          </Text>
          <Text size="lg" fw={600}>
            {count(counts[key])}
          </Text>
        </div>
      ))}
    </Group>
  );
}
