import { Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { wordsOf } from '../api/problem.js';
import type { SegmentPreview } from '../api/types.js';
import { count } from '../elements/figures.js';
import { previewQuery } from './segment-queries.js';

/** What a rule finds, asked for when it has not changed for a moment; `stale` is what an earlier rule found. Null finds nothing. */
export function useRulePreview(rule: object | null) {
  const now = JSON.stringify(rule);
  const [settled] = useDebouncedValue(now, 300);
  const { data, error, isPlaceholderData } = useQuery(previewQuery(JSON.parse(settled) as object | null));
  if (rule === null) return { data: undefined, error: null, stale: false };
  return { data, error: settled === now ? error : null, stale: isPlaceholderData || settled !== now };
}

/** A size as it is known: exactly, about, or not. */
export function sizeWords({ count: exact, estimate }: SegmentPreview): string {
  if (exact !== null) return count(exact);
  return estimate === null ? 'Too many to count at once' : `About ${count(estimate)}`;
}

/** How many contacts a rule finds now. */
export function LiveSize({ rule }: { rule: object | null }) {
  const { data, error, stale } = useRulePreview(rule);
  if (error) return <Text c="var(--mantine-color-error)">{wordsOf(error)}</Text>;
  if (!data) return <Skeleton height={38} width={120} />;
  return (
    <Text fz={28} fw={650} lh="38px" className="figures" opacity={stale ? 0.4 : 1} aria-busy={stale}>
      {sizeWords(data)}
    </Text>
  );
}
