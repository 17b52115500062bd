import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import { countOf } from '../elements/figures.js';
import { tellDone, tellTrouble } from '../elements/notices.js';

type Correction =
  { kind: 'retry'; reason?: string } | { kind: 'resend' } | { kind: 'settle'; outcome: 'sent' | 'failed' };

function ask(id: number, correction: Correction) {
  const params = { path: { id } };
  switch (correction.kind) {
    case 'retry':
      return body(
        api.POST('/runs/{id}/retry-failed', { params, body: correction.reason ? { reason: correction.reason } : {} }),
      );
    case 'resend':
      return body(api.POST('/runs/{id}/in-doubt/resend', { params, body: {} }));
    case 'settle':
      return body(api.POST('/runs/{id}/in-doubt/settle', { params, body: { outcome: correction.outcome } }));
  }
}

const DONE: Record<Correction['kind'], (taken: string) => string> = {
  retry: (taken) => `${taken} will be tried again.`,
  resend: (taken) => `${taken} will be sent to again.`,
  settle: (taken) => `${taken} settled.`,
};

/** What may be done about recipients of a run after the fact; each says how many it took. */
export function useCorrections(runId: number) {
  const queries = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: (correction: Correction) => ask(runId, correction),
    onSuccess: async ({ taken }, { kind }) => {
      tellDone(DONE[kind](countOf(taken, 'recipient')));
      await Promise.all(
        ['runs', 'campaigns', 'analytics'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
    },
    onError: tellTrouble,
  });
  return {
    busy: isPending,
    retryFailed: (reason?: string) => mutate({ kind: 'retry', reason }),
    resend: () => mutate({ kind: 'resend' }),
    settle: (outcome: 'sent' | 'failed') => mutate({ kind: 'settle', outcome }),
  };
}
