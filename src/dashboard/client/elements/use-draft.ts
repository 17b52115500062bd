import { useState } from 'react';
import { type Difference, differences, rebased } from './rebase.js';

/**
 * What is written on top of something that is kept, and how that goes on when another keeps it first. `shown`: what of it
 * people compare.
 */
export function useDraft<Draft extends object>(begin: () => Draft, shown: (draft: Draft) => object) {
  const [before, setBefore] = useState(begin);
  const [draft, setDraft] = useState(before);
  const [read, setRead] = useState<{ was: Draft; is: Draft } | null>(null);
  const theirs: Difference[] | null = read && differences(shown(read.was), shown(draft), shown(read.is));
  return {
    before,
    draft,
    /** What another changed, where that had to be read. */
    theirs,
    write: (change: Partial<Draft>) => setDraft((mine) => ({ ...mine, ...change })),
    /** It was kept as it was written then. */
    keep: (kept: Draft) => {
      setBefore(kept);
      setRead(null);
    },
    /** Another has kept this meanwhile: what is written by now goes on top of it. */
    adopt: (fresh: Draft) => {
      setRead({ was: before, is: fresh });
      setDraft((mine) => rebased(before, mine, fresh));
      setBefore(fresh);
    },
    /** Begins anew with what is kept now. */
    restart: (fresh: Draft) => {
      setRead(null);
      setDraft(fresh);
      setBefore(fresh);
    },
  };
}
