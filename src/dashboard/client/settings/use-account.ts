import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Provider } from '../api/types.js';
import { useDraft } from '../elements/use-draft.js';
import { draftOf, fieldsOf, type ProviderDraft } from './provider-draft.js';
import { kindOf } from './provider-kinds.js';

/** What of a draft people compare: never a secret. */
const shown = ({ settings, limits, fallback, default: isDefault, enabled }: ProviderDraft, all: Provider[]) => ({
  ...settings,
  limits,
  fallback: fallback === null ? null : (all.find(({ id }) => id === fallback)?.name ?? `#${fallback}`),
  default: isDefault,
  enabled,
});

/** An account as it was kept last, what is written on top of it, and how that is kept; `all` has the names of the others. */
export function useAccount(given: Provider | null, all: Provider[], onDone: () => void) {
  const queries = useQueryClient();
  const [account, setAccount] = useState(given);
  const begin = () => draftOf(given);
  const { before, draft, theirs, write, adopt } = useDraft(begin, (some) => shown(some, all));
  const kindName = account?.kind ?? draft.kind;
  const kind = kindOf(kindName);
  const save = useMutation({
    mutationFn: (wanted: ProviderDraft) => {
      if (kind === undefined) throw new Error(`This dashboard does not know the kind ${kindName}.`);
      const fields = fieldsOf(wanted, kind);
      if (account?.id == null) {
        const { name, channel, kind: made } = wanted;
        return body(api.POST('/providers', { body: { name, channel, kind: made, ...fields } }));
      }
      const headers = { 'If-Match': `"${account.version}"` };
      return body(api.PATCH('/providers/{id}', { params: { path: { id: account.id } }, headers, body: fields }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['providers'] });
      onDone();
    },
  });
  return {
    draft,
    kindName,
    kind,
    save,
    theirs,
    isDirty: JSON.stringify(draft) !== JSON.stringify(before),
    set: write,
    /** Reads what another has kept meanwhile, and goes on from there. */
    readTheirs: async () => {
      const now = (await body(api.GET('/providers'))).find(({ id }) => id === account?.id);
      if (now === undefined) throw new Error('It was deleted.');
      setAccount(now);
      adopt(draftOf(now));
      save.reset();
    },
  };
}
