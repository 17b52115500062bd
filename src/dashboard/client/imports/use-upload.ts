import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type ImportWish, upload } from './upload.js';

/** Uploads files, and tells how far that is. What was imported is shown on a screen of its own, what was only checked here. */
export function useUpload() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [sent, setSent] = useState(0);
  const [checked, setChecked] = useState<number | null>(null);
  const [stopper, setStopper] = useState(() => new AbortController());
  const { mutate, isPending, error, variables } = useMutation({
    mutationFn: (wish: ImportWish) => {
      const own = new AbortController();
      setStopper(own);
      setSent(0);
      setChecked(null);
      return upload(wish, own.signal, setSent);
    },
    onSuccess: async (id, { dryRun }) => {
      if (dryRun) setChecked(id);
      await queries.invalidateQueries({ queryKey: ['imports'] });
      if (!dryRun) await navigate({ to: '/imports/$importId', params: { importId: String(id) } });
    },
  });
  return {
    /** How much has left, between 0 and 1. */
    sent,
    /** The import that only checked the file as it is mapped now; null for none. */
    checked,
    /** What was said of the file before does not hold any more. */
    forget: () => setChecked(null),
    send: mutate,
    isPending,
    isCheck: variables?.dryRun ?? false,
    // Who stopped it knows why.
    error: stopper.signal.aborted ? null : error,
    stop: () => stopper.abort(),
  };
}
