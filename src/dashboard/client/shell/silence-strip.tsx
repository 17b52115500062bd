import { Alert } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api/client.js';
import { useSilence } from '../api/silence.js';
import { Icon } from '../elements/icon.js';
import { shortly } from '../elements/time.js';

/** How often a server that does not answer is asked whether it is back, in milliseconds. */
const ASK_EVERY = 3_000;

/** Says that what is shown is old, as long as the server does not answer; when it is back, all of it is asked for anew. */
export function SilenceStrip() {
  const since = useSilence();
  const queries = useQueryClient();
  useQuery({
    queryKey: ['alive'],
    queryFn: async () => (await api.GET('/health/live')).response.status,
    enabled: since !== null,
    refetchInterval: ASK_EVERY,
    retry: false,
  });
  useEffect(() => {
    if (since === null) return undefined;
    // One path that a proxy alone refuses is no silence: to ask for everything anew would only bring the next refusal.
    return () => void (Date.now() - since >= ASK_EVERY && queries.invalidateQueries());
  }, [since, queries]);
  if (since === null) return null;
  return (
    <Alert color="red" role="alert" mb="md" icon={<Icon name="warning" />} title="The server does not answer">
      No answer since {shortly(new Date(since))}: what you see is from then. It is asked again every few seconds.
    </Alert>
  );
}
