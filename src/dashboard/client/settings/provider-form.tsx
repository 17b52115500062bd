import { Button, Checkbox, Fieldset, Select, Stack } from '@mantine/core';
import { type RefObject, useLayoutEffect } from 'react';
import { fieldErrors } from '../api/problem.js';
import type { Provider } from '../api/types.js';
import { Form } from '../elements/form.js';
import { MovedOn } from '../elements/moved-on.js';
import { isReadable, type Typed } from './provider-draft.js';
import { ProviderFields } from './provider-fields.js';
import { ProviderIdentity } from './provider-identity.js';
import { ProviderLimits } from './provider-limits.js';
import { useAccount } from './use-account.js';
import { VapidButton } from './vapid-button.js';

/** Makes an account or changes one. Secrets go in and never come back: what is left empty of them stays as it is. */
export function ProviderForm(props: {
  account: Provider | null;
  all: Provider[];
  /** Where it says whether something is not saved. */
  dirtyRef: RefObject<boolean>;
  onDone: () => void;
}) {
  const { account, all, dirtyRef, onDone } = props;
  const { draft, set, kindName, kind, save, theirs, isDirty, readTheirs } = useAccount(account, all, onDone);
  useLayoutEffect(() => void (dirtyRef.current = isDirty), [dirtyRef, isDirty]);
  const errors = fieldErrors(save.error);
  const settings = {
    fields: kind?.settings ?? {},
    typed: draft.settings,
    onType: (typed: Typed) => set({ settings: typed }),
    errors: within('settings', errors),
  };
  const fallbacks = all.filter(({ id, channel }) => id !== null && id !== account?.id && channel === draft.channel);
  return (
    <Form onSubmit={() => save.mutate(draft)} busy={save.isPending} noValidate>
      <Stack gap="md">
        <MovedOn error={save.error} theirs={theirs} onRead={readTheirs} />
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
    </Form>
  );
}

/** The errors of a part, by the names of its fields. */
const within = (part: string, errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(errors).flatMap(([pointer, message]) =>
      pointer.startsWith(`${part}/`) ? [[pointer.slice(part.length + 1).split('/')[0], message]] : [],
    ),
  );
