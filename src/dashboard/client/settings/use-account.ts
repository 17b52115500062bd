import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Provider } from '../api/types.js';
import { type Difference, differences, rebased } from '../elements/rebase.js';
import { draftOf, fieldsOf, type ProviderDraft } from './provider-draft.js';
import { kindOf } from './provider-kinds.js';

/** What of a draft people compare: never a secret. */
const shown = ({ settings, limits, default: isDefault, enabled }: ProviderDraft) => ({
  ...settings,
  limits,
  default: isDefault,
  enabled,
});

/** An account as it was kept last, what is written on top of it, and how that is kept. */
export function useAccount(given: Provider | null, onDone: () => void) {
  const queries = useQueryClient();
  const [account, setAccount] = useState(given);
  const [before, setBefore] = useState(() => draftOf(given));
  const [draft, setDraft] = useState(before);
  const [theirs, setTheirs] = useState<Difference[] | null>(null);
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
    set: (change: Partial<ProviderDraft>) => setDraft({ ...draft, ...change }),
    /** Reads what another has kept meanwhile, and goes on from there. */
    readTheirs: async () => {
      const now = (await body(api.GET('/providers'))).find(({ id }) => id === account?.id);
      if (now === undefined) throw new Error('It was deleted.');
      const fresh = draftOf(now);
      setTheirs(differences(shown(before), shown(draft), shown(fresh)));
      setDraft(rebased(before, draft, fresh));
      setAccount(now);
      setBefore(fresh);
      save.reset();
    },
  };
}
