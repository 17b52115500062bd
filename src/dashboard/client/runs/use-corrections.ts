import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import { countOf } from '../elements/figures.js';
import { tellDone } from '../elements/notices.js';

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

/** Corrects run by run; how many recipients that took. What one run refuses does not keep the others from it. */
async function askAll(ids: number[], correction: Correction): Promise<number> {
  const answers = await Promise.allSettled(ids.map((id) => ask(id, correction)));
  const done = answers.filter((answer) => answer.status === 'fulfilled');
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (done.length === 0 && refused) throw refused.reason;
  return done.reduce((sum, { value }) => sum + value.taken, 0);
}

/** What may be done about recipients of runs after the fact; each says how many it took, and is refused to its caller. */
export function useCorrections(...runIds: number[]) {
  const queries = useQueryClient();
  const { mutateAsync, isPending } = useMutation({
    mutationFn: (correction: Correction) => askAll(runIds, correction),
    onSuccess: async (taken, { kind }) => {
      tellDone(DONE[kind](countOf(taken, 'recipient')));
      await Promise.all(
        ['runs', 'campaigns', 'analytics', 'reports'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
    },
  });
  return {
    busy: isPending,
    retryFailed: (reason?: string) => mutateAsync({ kind: 'retry', reason }),
    resend: () => mutateAsync({ kind: 'resend' }),
    settle: (outcome: 'sent' | 'failed') => mutateAsync({ kind: 'settle', outcome }),
  };
}
