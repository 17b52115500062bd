import { useNavigate, useSearch } from '@tanstack/react-router';
import { AGES, type Age } from '../../../analytics/domain/age.js';
import { type Preset, PRESETS } from '../../../analytics/domain/timeline.js';
import type { Hits } from './analyse-queries.js';

/** How a campaign is looked at: which run, whose clicks, which stretch, at which age. */
export interface View {
  run: number | null;
  hits: Hits;
  preset: Preset;
  age: Age;
}

/** The view as the address has it, and how to change it: a link shows the same, and Back the one before. */
export function useView(): [View, (change: { run?: string; hits?: string; preset?: string; age?: string }) => void] {
  const search = useSearch({ from: '/campaigns/$campaignId' });
  const navigate = useNavigate({ from: '/campaigns/$campaignId' });
  const view: View = {
    run: /^\d+$/.test(search.run ?? '') ? Number(search.run) : null,
    hits: search.hits === 'all' ? 'all' : 'human',
    preset: PRESETS.find((preset) => preset === search.preset) ?? 'all',
    age: AGES.find((age) => age === search.age) ?? '1d',
  };
  return [view, (change) => void navigate({ search: (before) => ({ ...before, ...change }), resetScroll: false })];
}
