import { Button, Checkbox, JsonInput, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, body } from '../api/client.js';
import { fieldErrors } from '../api/problem.js';
import type { Channel, Provider } from '../api/types.js';
import { CHANNEL_CHOICES } from '../elements/channel.js';
import { Trouble } from '../elements/trouble.js';
import { KINDS, type ProviderKind } from './provider-kinds.js';

const written = (value: unknown): string => JSON.stringify(value, null, 2);

/** The settings or secrets as they were written; null while that is no JSON object. */
function readObject(text: string): Record<string, never> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as never) : null;
  } catch {
    return null;
  }
}

/** Makes an account or changes one. Secrets go in and never come back: what is left out of them stays as it is. */
export function ProviderForm(props: { account: Provider | null; all: Provider[]; onClose: () => void }) {
  const { account, all, onClose } = props;
  const queries = useQueryClient();
  const [draft, setDraft] = useState({
    name: account?.name ?? '',
    channel: account?.channel ?? ('email' as Channel),
    kind: (account?.kind ?? 'smtp') as ProviderKind,
    settings: written(account?.settings ?? KINDS.smtp.settings),
    secrets: written(account ? {} : KINDS.smtp.secrets),
    perSecond: account?.limits.find(({ period }) => period === 'second')?.limit ?? ('' as number | ''),
    fallback: account?.fallback_id ?? null,
    default: account?.default ?? false,
    enabled: account?.enabled ?? true,
  });
  const set = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change });
  const choose = (kind: ProviderKind) =>
    set({ kind, settings: written(KINDS[kind].settings), secrets: written(KINDS[kind].secrets) });
  const [settings, secrets] = [readObject(draft.settings), readObject(draft.secrets)];
  const save = useMutation({
    mutationFn: () => {
      const others = (account?.limits ?? []).filter(({ period }) => period !== 'second');
      const limits = [
        ...others.map(({ period, limit }) => ({ period, limit })),
        ...(draft.perSecond === '' ? [] : [{ period: 'second' as const, limit: draft.perSecond }]),
      ];
      const fields = {
        settings: settings!,
        ...(Object.keys(secrets!).length > 0 ? { secrets: secrets! } : {}),
        limits,
        fallback_id: draft.fallback,
        default: draft.default,
        enabled: draft.enabled,
      } as never as { settings: never };
      const { name, channel, kind } = draft;
      return account === null
        ? body(api.POST('/providers', { body: { name, channel, kind, ...fields } }))
        : body(
            api.PATCH('/providers/{id}', {
              params: { path: { id: account.id! } },
              headers: { 'If-Match': `"${account.version}"` },
              body: fields,
            }),
          );
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
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Trouble error={save.error} />
          {account === null && (
            <>
              <TextInput
                label="Name"
                description="What campaigns and runs name it by; it never changes."
                placeholder="ses-main"
                value={draft.name}
                onChange={(event) => set({ name: event.currentTarget.value })}
                error={errors.name}
              />
              <Select
                label="Channel"
                allowDeselect={false}
                data={CHANNEL_CHOICES}
                value={draft.channel}
                onChange={(value) => value !== null && set({ channel: value as Channel, fallback: null })}
              />
              <Select
                label="Kind"
                allowDeselect={false}
                data={Object.keys(KINDS)}
                value={draft.kind}
                onChange={(value) => value !== null && choose(value as ProviderKind)}
                error={errors.kind}
              />
            </>
          )}
          <ObjectInput label="Settings" value={draft.settings} onChange={(text) => set({ settings: text })} />
          <ObjectInput
            label="Secrets"
            description="Kept encrypted and never shown; what is left out stays as it is."
            value={draft.secrets}
            onChange={(text) => set({ secrets: text })}
          />
          <NumberInput
            label="Messages a second at most"
            placeholder="No limit"
            min={1}
            allowDecimal={false}
            value={draft.perSecond}
            onChange={(value) => set({ perSecond: typeof value === 'number' ? value : '' })}
            error={errors['limits']}
          />
          <Select
            label="Who takes over when it fails"
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
          <Button type="submit" loading={save.isPending} disabled={settings === null || secrets === null}>
            Save
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

function ObjectInput(props: { label: string; description?: string; value: string; onChange: (text: string) => void }) {
  return (
    <JsonInput
      {...props}
      autosize
      minRows={2}
      maxRows={16}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      error={readObject(props.value) === null ? 'This is no JSON object.' : undefined}
    />
  );
}
