import { Button, Checkbox, Fieldset, Modal, Select, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, body } from '../api/client.js';
import { fieldErrors } from '../api/problem.js';
import type { Provider } from '../api/types.js';
import { Trouble } from '../elements/trouble.js';
import { draftOf, fieldsOf, isReadable, type ProviderDraft, type Typed } from './provider-draft.js';
import { ProviderFields } from './provider-fields.js';
import { ProviderIdentity } from './provider-identity.js';
import { kindOf } from './provider-kinds.js';
import { ProviderLimits } from './provider-limits.js';
import { VapidButton } from './vapid-button.js';

/** Makes an account or changes one. Secrets go in and never come back: what is left empty of them stays as it is. */
export function ProviderForm(props: { account: Provider | null; all: Provider[]; onClose: () => void }) {
  const { account, all, onClose } = props;
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(account));
  const set = (change: Partial<ProviderDraft>) => setDraft({ ...draft, ...change });
  const kindName = account?.kind ?? draft.kind;
  const kind = kindOf(kindName);
  const save = useMutation({
    mutationFn: () => {
      if (kind === undefined) throw new Error(`This dashboard does not know the kind ${kindName}.`);
      const fields = fieldsOf(draft, kind);
      if (account?.id == null) {
        const { name, channel, kind: made } = draft;
        return body(api.POST('/providers', { body: { name, channel, kind: made, ...fields } }));
      }
      const headers = { 'If-Match': `"${account.version}"` };
      return body(api.PATCH('/providers/{id}', { params: { path: { id: account.id } }, headers, body: fields }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['providers'] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const errors = fieldErrors(save.error);
  const settings = {
    fields: kind?.settings ?? {},
    typed: draft.settings,
    onType: (typed: Typed) => set({ settings: typed }),
    errors: within('settings', errors),
  };
  const fallbacks = all.filter(({ id, channel }) => id !== null && id !== account?.id && channel === draft.channel);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={account === null ? 'Add an account' : `Change ${account.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      // The page has its banner already.
      attributes={{ header: { role: 'presentation' } }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Trouble error={save.error} />
          {account === null && <ProviderIdentity draft={draft} onChange={set} errors={errors} />}
          {kind !== undefined && (
            <Fieldset legend={kind.title}>
              <Stack gap="sm">
                <ProviderFields {...settings} />
                <ProviderFields
                  fields={kind.secrets}
                  typed={draft.secrets}
                  onType={(secrets) => set({ secrets })}
                  errors={within('secrets', errors)}
                  secret={account?.has_secret ? 'kept' : 'new'}
                />
                {kindName === 'web_push' && <VapidButton draft={draft} onMade={set} />}
                <ProviderFields {...settings} rare />
              </Stack>
            </Fieldset>
          )}
          <ProviderLimits limits={draft.limits} onChange={(limits) => set({ limits })} errors={errors} />
          <Select
            label="Who takes over when it fails"
            description={fallbacks.length === 0 ? 'There is no other account of this channel yet.' : undefined}
            disabled={fallbacks.length === 0}
            clearable
            placeholder="Nobody"
            data={fallbacks.map(({ id, name }) => ({ value: String(id), label: name }))}
            value={draft.fallback === null ? null : String(draft.fallback)}
            onChange={(value) => set({ fallback: value === null ? null : Number(value) })}
            error={errors['fallback_id']}
          />
          <Checkbox
            label="Campaigns of this channel that name no account go through it"
            checked={draft.default}
            onChange={(event) => set({ default: event.currentTarget.checked })}
          />
          <Checkbox
            label="Switched on"
            checked={draft.enabled}
            onChange={(event) => set({ enabled: event.currentTarget.checked })}
          />
          <Button type="submit" loading={save.isPending} disabled={kind === undefined || !isReadable(draft, kind)}>
            Save
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

/** The errors of a part, by the names of its fields. */
const within = (part: string, errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(errors).flatMap(([pointer, message]) =>
      pointer.startsWith(`${part}/`) ? [[pointer.slice(part.length + 1).split('/')[0], message]] : [],
    ),
  );
