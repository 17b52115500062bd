import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, page } from '../api/client.js';
import type { Report } from '../api/types.js';

/** What may be reported, and what it is called. */
export const REPORT_WORDS: Record<Report['kind'], string> = {
  delivered: 'Delivered',
  opened: 'Opened',
  bounced: 'Bounced',
  soft_bounced: 'Bounced for the moment',
  complained: 'Complained',
  unsubscribed: 'Unsubscribed',
};

/** Whether that is a kind of report. */
export const isReportKind = (text: string | undefined): text is Report['kind'] =>
  text !== undefined && Object.hasOwn(REPORT_WORDS, text);

/** What providers reported, the newest first. */
export const reportsQuery = (kind: Report['kind'] | undefined) =>
  infiniteQueryOptions({
    queryKey: ['provider-reports', kind],
    queryFn: ({ pageParam: cursor }) => page(api.GET('/reports', { params: { query: { limit: 100, cursor, kind } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });

/** What people wrote to us, the newest first. */
export const repliesQuery = infiniteQueryOptions({
  queryKey: ['replies'],
  queryFn: ({ pageParam: cursor }) => page(api.GET('/replies', { params: { query: { limit: 100, cursor } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next,
});
