import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

/**
 * Asks what stands below a head anew as soon as one of its figures is another, so that no two figures of a screen are of
 * different moments for long: `seen` is the head's, `key` that of the queries below. One round at a time: nothing is asked faster
 * than it is answered.
 */
export function useFollowed(seen: string, key: QueryKey): void {
  const queries = useQueryClient();
  const latest = useRef({ seen, key });
  const followed = useRef(seen);
  const busy = useRef(false);
  useEffect(() => {
    latest.current = { seen, key };
    if (busy.current) return;
    busy.current = true;
    void (async () => {
      while (followed.current !== latest.current.seen) {
        followed.current = latest.current.seen;
        await queries.invalidateQueries({ queryKey: latest.current.key });
      }
      busy.current = false;
    })();
  }, [seen, key, queries]);
}
