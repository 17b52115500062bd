import { queryOptions } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import { CALM_MS } from '../api/query-client.js';
import type { View } from './use-view.js';

/** What is looked at: all runs of a campaign, or one run. */
export interface Subject {
  kind: 'campaigns' | 'runs';
  id: number;
}

/** Whose opens and clicks: people's, or everybody's, machines that follow links among them. */
export type Hits = 'human' | 'all';

/** Every report of the screen, as of one moment. */
export const analysisQuery = (id: number, { run, hits, preset, age }: View) =>
  queryOptions({
    queryKey: ['reports', id, 'analysis', run, hits, preset, age],
    queryFn: () =>
      body(
        api.GET('/campaigns/{id}/analysis', {
          params: { path: { id }, query: { ...(run === null ? {} : { run_id: run }), hits, preset, age } },
        }),
      ),
    placeholderData: (before) => before,
    refetchInterval: CALM_MS,
  });
