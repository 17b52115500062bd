import { queryOptions } from '@tanstack/react-query';
import type { Age } from '../../../analytics/domain/age.js';
import type { Preset } from '../../../analytics/domain/timeline.js';
import { api, AS_JSON, body, everything, page, report } from '../api/client.js';
import { CALM_MS } from '../api/query-client.js';

/** What is looked at: all runs of a campaign, or one run. */
export interface Subject {
  kind: 'campaigns' | 'runs';
  id: number;
}

/** Whose opens and clicks: people's, or everybody's, machines that follow links among them. */
export type Hits = 'human' | 'all';

const key = ({ kind, id }: Subject, ...more: string[]) => ['reports', kind, id, ...more];
const path = ({ id }: Subject) => ({ path: { id } });

/** What became of recipients step by step. */
export const timelineQuery = (subject: Subject, preset: Preset, hits: Hits) =>
  queryOptions({
    queryKey: key(subject, 'timeline', preset, hits),
    queryFn: () =>
      report(
        api.GET(`/${subject.kind}/{id}/timeline`, {
          params: { ...path(subject), query: { ...AS_JSON, preset, hits } },
        }),
      ),
    placeholderData: (before) => before,
    refetchInterval: CALM_MS,
  });

/** Why recipients failed. */
export const failuresQuery = (subject: Subject) =>
  queryOptions({
    queryKey: key(subject, 'failures'),
    queryFn: () => report(api.GET(`/${subject.kind}/{id}/failures`, { params: { ...path(subject), query: AS_JSON } })),
    refetchInterval: CALM_MS,
  });

/** At which hours of which weekdays links were followed. */
export const heatMapQuery = (subject: Subject, hits: Hits) =>
  queryOptions({
    queryKey: key(subject, 'heat map', hits),
    queryFn: () =>
      report(
        api.GET(`/${subject.kind}/{id}/click-heat-map`, { params: { ...path(subject), query: { ...AS_JSON, hits } } }),
      ),
    placeholderData: (before) => before,
    refetchInterval: CALM_MS,
  });

/** How long recipients took to click. */
export const waitsQuery = (subject: Subject, hits: Hits) =>
  queryOptions({
    queryKey: key(subject, 'waits', hits),
    queryFn: () =>
      report(
        api.GET(`/${subject.kind}/{id}/time-to-click`, { params: { ...path(subject), query: { ...AS_JSON, hits } } }),
      ),
    placeholderData: (before) => before,
    refetchInterval: CALM_MS,
  });

/** The links of a campaign's messages, with how often each was followed in all and run by run. */
export const linksQuery = (id: number) =>
  queryOptions({
    queryKey: ['reports', 'campaigns', id, 'links'],
    queryFn: () =>
      everything((cursor) =>
        page(api.GET('/campaigns/{id}/links', { params: { path: { id }, query: { limit: 200, cursor } } })),
      ),
    refetchInterval: CALM_MS,
  });

/** The latest runs of a campaign as each was at the same age. */
export const cohortQuery = (id: number, age: Age, hits: Hits) =>
  queryOptions({
    queryKey: ['reports', 'campaigns', id, 'cohort', age, hits],
    queryFn: () =>
      report(
        api.GET('/campaigns/{id}/cohort', { params: { path: { id }, query: { ...AS_JSON, age, hits, limit: 30 } } }),
      ),
    placeholderData: (before) => before,
    refetchInterval: CALM_MS,
  });

/** How the variants of a run, or of each of a campaign's latest runs, fare. */
export const variantsQuery = (subject: Subject, hits: Hits) =>
  queryOptions({
    queryKey: key(subject, 'variants', hits),
    queryFn: async () =>
      subject.kind === 'runs'
        ? [await body(api.GET('/runs/{id}/variants', { params: { ...path(subject), query: { hits } } }))]
        : body(api.GET('/campaigns/{id}/variants', { params: { ...path(subject), query: { hits, limit: 20 } } })),
    placeholderData: (before) => before,
    refetchInterval: CALM_MS,
  });
