import { Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { wordsOf } from '../api/problem.js';
import type { SegmentPreview } from '../api/types.js';
import { count } from '../elements/figures.js';
import { previewQuery } from './segment-queries.js';

/** What a rule finds, asked for when it has not changed for a moment; null asks for nothing. */
export function usePreview(rule: object | null) {
  const [settled] = useDebouncedValue(JSON.stringify(rule), 300);
  return useQuery(previewQuery(JSON.parse(settled) as object | null));
}

/** A size as it is known: exactly, about, or not. */
export function sizeWords({ count: exact, estimate }: SegmentPreview): string {
  if (exact !== null) return count(exact);
  return estimate === null ? 'Too many to count at once' : `About ${count(estimate)}`;
}

/** How many contacts a rule finds now. */
export function LiveSize({ rule }: { rule: object | null }) {
  const { data, error } = usePreview(rule);
  if (error) return <Text c="var(--mantine-color-error)">{wordsOf(error)}</Text>;
  if (!data) return <Skeleton height={38} width={120} />;
  return (
    <Text fz={28} fw={650} lh="38px" className="figures">
      {sizeWords(data)}
    </Text>
  );
}
