import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Segment } from '../api/types.js';
import { tellDone } from '../elements/notices.js';
import { type Difference, differences, rebased } from '../elements/rebase.js';
import type { Tree } from './rule-tree.js';
import { draftOf, inWords, requestOf, type SegmentDraft } from './segment-draft.js';

const ask = (segment: Segment | null, draft: SegmentDraft) => {
  const wish = requestOf(draft);
  if (segment === null) return body(api.POST('/segments', { body: wish }));
  const headers = { 'If-Match': `"${segment.version}"` };
  return body(api.PATCH('/segments/{id}', { params: { path: { id: segment.id } }, headers, body: wish }));
};

/** A segment as it was kept last, what is written on top of it, and how that is kept. */
export function useSegment(given: Segment | null, begun: Tree | null) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [segment, setSegment] = useState(given);
  const [before, setBefore] = useState(() => draftOf(given, begun));
  const [draft, setDraft] = useState(before);
  const [theirs, setTheirs] = useState<Difference[] | null>(null);
  const save = useMutation({
    mutationFn: (wanted: SegmentDraft) => ask(segment, wanted),
    onSuccess: async (saved, kept) => {
      setSegment(saved);
      setBefore(kept);
      setTheirs(null);
      tellDone(`“${saved.name}” is saved.`);
      await queries.invalidateQueries({ queryKey: ['segments'] });
      const params = { segmentId: String(saved.id) };
      await navigate({ to: '/segments/$segmentId', params, ignoreBlocker: true });
    },
  });
  return {
    segment,
    draft,
    save,
    theirs,
    dirty: JSON.stringify(draft) !== JSON.stringify(before),
    write: (change: Partial<SegmentDraft>) => setDraft({ ...draft, ...change }),
    /** Reads what another has kept meanwhile, and goes on from there. */
    readTheirs: async ({ id }: Segment) => {
      const now = await body(api.GET('/segments/{id}', { params: { path: { id } } }));
      const fresh = draftOf(now, null);
      setTheirs(differences(inWords(before), inWords(draft), inWords(fresh)));
      setDraft(rebased(before, draft, fresh));
      setSegment(now);
      setBefore(fresh);
      save.reset();
    },
  };
}
