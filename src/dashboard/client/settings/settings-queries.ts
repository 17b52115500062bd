import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, everything, page } from '../api/client.js';

/** Every API key; never a secret. */
export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: () => everything((cursor) => page(api.GET('/keys', { params: { query: { limit: 200, cursor } } }))),
});

/** Every user. */
export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: () => everything((cursor) => page(api.GET('/users', { params: { query: { limit: 200, cursor } } }))),
});

/** What to look for in the audit log. */
export interface AuditFilter {
  action?: string;
  actor?: string;
  target?: string;
}

/** What people did, fifty at a time. */
export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam: cursor }) =>
      page(api.GET('/audit', { params: { query: { limit: 50, cursor, ...filter } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });

/** Every endpoint that is told what happens; never a secret. */
export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: () => everything((cursor) => page(api.GET('/webhooks', { params: { query: { limit: 200, cursor } } }))),
});

/** What an endpoint was told, the newest first, twenty at a time. */
export const webhookDeliveriesQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: ({ pageParam: cursor }) =>
      page(api.GET('/webhooks/{id}/deliveries', { params: { path: { id }, query: { limit: 20, cursor } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 2_000,
  });
