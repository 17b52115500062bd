import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useUnsaved } from '../elements/unsaved.js';
import { type ImportWish, upload } from './upload.js';

const mayStop = (): boolean => window.confirm('Leave, and stop the upload?');

/**
 * Uploads files, and tells how far that is. What was imported is shown on a screen of its own, what was only checked here. Who
 * leaves stops it.
 */
export function useUpload() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [sent, setSent] = useState(0);
  const [checked, setChecked] = useState<{ id: number; wish: ImportWish } | null>(null);
  const [stopper, setStopper] = useState(() => new AbortController());
  useEffect(() => () => stopper.abort(), [stopper]);
  const { mutate, isPending, error, variables } = useMutation({
    mutationFn: (wish: ImportWish) => {
      const own = new AbortController();
      setStopper(own);
      setSent(0);
      setChecked(null);
      return upload(wish, own.signal, setSent);
    },
    onSuccess: async (id, wish) => {
      if (wish.dryRun) setChecked({ id, wish });
      await queries.invalidateQueries({ queryKey: ['imports'] });
      const params = { importId: String(id) };
      if (!wish.dryRun) await navigate({ to: '/imports/$importId', params, ignoreBlocker: true });
    },
  });
  useUnsaved(() => isPending, undefined, mayStop);
  return {
    /** How much has left, between 0 and 1. */
    sent,
    /** The import that only checked what is wished for now; null for none. */
    checkOf: (wish: ImportWish) => (checked !== null && isSame(checked.wish, wish) ? checked.id : null),
    send: mutate,
    isPending,
    isCheck: variables?.dryRun ?? false,
    // Who stopped it knows why.
    error: stopper.signal.aborted ? null : error,
    stop: () => stopper.abort(),
  };
}

const isSame = (one: ImportWish, other: ImportWish): boolean =>
  one.file === other.file &&
  one.segment === other.segment &&
  one.map === other.map &&
  one.overwriteConsent === other.overwriteConsent;
