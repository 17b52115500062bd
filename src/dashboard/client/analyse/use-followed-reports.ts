import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { CampaignAnalyticsDetail } from '../api/types.js';

/**
 * Asks the reports below a head anew as soon as one of its counts is another, so that no two figures of a screen are of
 * different moments for long. One round at a time: nothing is asked faster than it is answered.
 */
export function useFollowedReports({ last_updated: _, ...head }: CampaignAnalyticsDetail): void {
  const queries = useQueryClient();
  const seen = JSON.stringify(head);
  const latest = useRef(seen);
  const followed = useRef(seen);
  const busy = useRef(false);
  useEffect(() => {
    latest.current = seen;
    if (busy.current) return;
    busy.current = true;
    void (async () => {
      while (followed.current !== latest.current) {
        followed.current = latest.current;
        await queries.invalidateQueries({ queryKey: ['reports'] });
      }
      busy.current = false;
    })();
  }, [seen, queries]);
}
