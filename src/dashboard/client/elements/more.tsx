import { Button, Group } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { useEffect } from 'react';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage(): unknown;
}

/** Loads what comes after, as soon as its end is in sight; not there where nothing does. */
export function More({ query }: { query: Paged }) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  // What could not be loaded waits for a press.
  const wanted = inViewport && hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <Group ref={ref} justify="center" p="sm">
      <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        Show more
      </Button>
    </Group>
  );
}
