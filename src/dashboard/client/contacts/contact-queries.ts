import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, body, page } from '../api/client.js';
import type { Contact } from '../api/types.js';

/** What a contact is called: by name, or else by whatever there is. */
export const contactName = ({ first_name, last_name, email, phone, id }: Contact): string =>
  [first_name, last_name].filter(Boolean).join(' ') || (email ?? phone ?? `Contact ${id}`);

/** Contacts that match, two hundred at a time. */
export const contactsQuery = ({ q, segment }: { q?: string; segment?: string }) =>
  infiniteQueryOptions({
    queryKey: ['contacts', 'list', q, segment],
    queryFn: ({ pageParam: cursor }) =>
      page(api.GET('/contacts', { params: { query: { limit: 200, cursor, search: q, segment } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });

/** One contact. */
export const contactQuery = (id: number) =>
  queryOptions({
    queryKey: ['contacts', id],
    queryFn: () => body(api.GET('/contacts/{id}', { params: { path: { id } } })),
  });

/** Its consent by channel, as it is. */
export const consentQuery = (id: number) =>
  queryOptions({
    queryKey: ['contacts', id, 'consent'],
    queryFn: () => body(api.GET('/contacts/{id}/consent', { params: { path: { id } } })),
  });

/** Everything that was said about it, the newest first. */
export const consentHistoryQuery = (id: number) =>
  queryOptions({
    queryKey: ['contacts', id, 'consent', 'history'],
    queryFn: () => body(api.GET('/contacts/{id}/consent/history', { params: { path: { id }, query: { limit: 50 } } })),
  });

/** What it was sent, the newest run first. */
export const contactDeliveriesQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['contacts', id, 'deliveries'],
    queryFn: ({ pageParam: cursor }) =>
      page(api.GET('/contacts/{id}/deliveries', { params: { path: { id }, query: { limit: 50, cursor } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
