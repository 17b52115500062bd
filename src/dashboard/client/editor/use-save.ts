import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import type { Campaign } from '../api/types.js';
import { type Draft, requestOf } from './draft.js';

/** The fields of a request that differ from those of another. */
export function changes(before: Draft, after: Draft): Partial<ReturnType<typeof requestOf>> {
  const was = requestOf(before) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(requestOf(after)).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(was[field])),
  );
}

/**
 * Keeps a campaign: makes a draft of a new one, or sends what changed, from the version that was read. What was kept is the
 * draft as it was then; the person may have gone on writing.
 */
export function useSave(onSaved: (campaign: Campaign, kept: Draft) => void, onRefused: (error: Error) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ campaign, before, draft }: { campaign: Campaign | null; before: Draft; draft: Draft }) => {
      if (campaign === null)
        return body(api.POST('/campaigns', { body: { ...requestOf(draft), type: draft.type, draft: true } }));
      const changed = changes(before, draft);
      if (Object.keys(changed).length === 0) return Promise.resolve(campaign);
      return body(
        api.PATCH('/campaigns/{id}', {
          params: { path: { id: campaign.id } },
          headers: { 'If-Match': `"${campaign.version}"` },
          body: changed,
        }),
      );
    },
    onSuccess: async (campaign, { draft }) => {
      queries.setQueryData(['campaigns', campaign.id], campaign);
      await queries.invalidateQueries({ queryKey: ['campaigns'], exact: true });
      onSaved(campaign, draft);
    },
    onError: onRefused,
  });
}
