import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Segment } from '../api/types.js';
import { tellDone } from '../elements/notices.js';
import { useDraft } from '../elements/use-draft.js';
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
  const { before, draft, theirs, write, keep, adopt, restart } = useDraft(() => draftOf(given, begun), inWords);
  const dirty = JSON.stringify(draft) !== JSON.stringify(before);
  // What was shown at once was what this browser had; nothing is written on top of it yet.
  if (given && segment && given.version > segment.version && !dirty) {
    setSegment(given);
    restart(draftOf(given, null));
  }
  const save = useMutation({
    mutationFn: (wanted: SegmentDraft) => ask(segment, wanted),
    onSuccess: async (saved, kept) => {
      setSegment(saved);
      keep(kept);
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
    dirty,
    write,
    /** Reads what another has kept meanwhile, and goes on from there. */
    readTheirs: async ({ id }: Segment) => {
      const now = await body(api.GET('/segments/{id}', { params: { path: { id } } }));
      setSegment(now);
      adopt(draftOf(now, null));
      save.reset();
    },
  };
}
