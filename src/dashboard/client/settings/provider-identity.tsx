import { Select, SimpleGrid, TextInput } from '@mantine/core';
import type { Channel } from '../api/types.js';
import { CHANNEL_CHOICES } from '../elements/channel.js';
import type { ProviderDraft } from './provider-draft.js';
import { kindsFor } from './provider-kinds.js';

interface Shown {
  draft: ProviderDraft;
  onChange: (change: Partial<ProviderDraft>) => void;
  errors: Record<string, string>;
}

/** What an account is, once and for all. */
export function ProviderIdentity({ draft, onChange, errors }: Shown) {
  const kinds = kindsFor(draft.channel);
  const choose = (channel: Channel) =>
    onChange({ channel, fallback: null, kind: kindsFor(channel)[0]?.value ?? draft.kind });
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label="Channel"
          allowDeselect={false}
          data={[...CHANNEL_CHOICES]}
          value={draft.channel}
          onChange={(value) => value !== null && choose(value)}
        />
        <Select
          label="Kind"
          allowDeselect={false}
          data={kinds}
          value={draft.kind}
          onChange={(kind) => kind !== null && onChange({ kind })}
          error={errors.kind}
        />
      </SimpleGrid>
      <TextInput
        label="Name"
        description="What campaigns and runs name it by; it never changes."
        placeholder="ses-main"
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        error={errors.name}
      />
    </>
  );
}
