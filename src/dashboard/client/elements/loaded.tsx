import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Trouble } from './trouble.js';

/** What a query gave; until then a shade of the same height, and where it failed why. Old data stays while it is asked again. */
export function Loaded<T>(props: { query: UseQueryResult<T>; height: number; children: (data: T) => ReactNode }) {
  const { data, error, refetch } = props.query;
  if (data !== undefined) return props.children(data);
  if (error) return <Trouble error={error} onRetry={() => void refetch()} />;
  return <Skeleton height={props.height} aria-label="Loading" role="status" />;
}
