import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Campaign } from '../api/types.js';
import { useDraft } from '../elements/use-draft.js';
import { draftOf, type Draft, newDraft, requestOf } from './draft.js';
import { changes } from './use-save.js';

/** A campaign as it was kept last, what is written on top of it, and how that goes on. */
export function useWriting(given: Campaign | null) {
  const [campaign, setCampaign] = useState(given);
  const begin = () => (given ? draftOf(given, new Date()) : newDraft(new Date()));
  const { before, draft, theirs, write, keep, adopt } = useDraft<Draft>(begin, requestOf);
  return {
    campaign,
    before,
    draft,
    theirs,
    dirty: Object.keys(changes(before, draft)).length > 0,
    write,
    /** It was kept as it was written then. */
    keep: (saved: Campaign, kept: Draft) => {
      setCampaign(saved);
      keep(kept);
    },
    /** Reads what another has kept meanwhile, and goes on from there. */
    readTheirs: async ({ id }: Campaign) => {
      const now = await body(api.GET('/campaigns/{id}', { params: { path: { id } } }));
      setCampaign(now);
      adopt(draftOf(now, new Date()));
    },
  };
}
