import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Campaign } from '../api/types.js';
import { type Difference, differences, rebased } from '../elements/rebase.js';
import { type Draft, draftOf, newDraft, requestOf } from './draft.js';
import { changes } from './use-save.js';

/** A campaign as it was kept last, what is written on top of it, and how that goes on. */
export function useWriting(given: Campaign | null) {
  const [campaign, setCampaign] = useState(given);
  const [before, setBefore] = useState<Draft>(() => (given ? draftOf(given, new Date()) : newDraft(new Date())));
  const [draft, setDraft] = useState(before);
  const [theirs, setTheirs] = useState<Difference[] | null>(null);
  return {
    campaign,
    before,
    draft,
    /** What another changed, where that had to be read. */
    theirs,
    dirty: Object.keys(changes(before, draft)).length > 0,
    write: (change: Partial<Draft>) => setDraft({ ...draft, ...change }),
    /** It was kept as it was written then. */
    keep: (saved: Campaign, kept: Draft) => {
      setCampaign(saved);
      setBefore(kept);
      setTheirs(null);
    },
    /** Reads what another has kept meanwhile, and goes on from there. */
    readTheirs: async ({ id }: Campaign) => {
      const now = await body(api.GET('/campaigns/{id}', { params: { path: { id } } }));
      const fresh = draftOf(now, new Date());
      setTheirs(differences(requestOf(before), requestOf(draft), requestOf(fresh)));
      setDraft(rebased(before, draft, fresh));
      setCampaign(now);
      setBefore(fresh);
    },
  };
}
