import { Checkbox, CloseButton, Group, Select, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { CampaignStatus } from '../api/types.js';
import { CHANNEL_CHOICES } from '../elements/channel.js';
import { Icon } from '../elements/icon.js';
import { statusWords } from '../elements/status.js';

const STATUSES: CampaignStatus[] = ['draft', 'pending', 'processing', 'paused', 'completed', 'cancelled', 'failed'];

/** Which campaigns to show. It stands in the address, so that a link shows the same. */
export function CampaignFilters() {
  const search = useSearch({ from: '/campaigns' });
  const navigate = useNavigate({ from: '/campaigns' });
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Group gap="xs">
      <TextInput
        aria-label="Search campaigns"
        placeholder="Search by name or schedule"
        leftSection={<Icon name="search" size={16} />}
        rightSection={
          search.q !== undefined && <CloseButton aria-label="Clear the search" onClick={() => set({ q: undefined })} />
        }
        value={search.q ?? ''}
        onChange={(event) => set({ q: event.currentTarget.value || undefined })}
        flex="1 1 14rem"
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        clearable
        w={150}
        data={STATUSES.map((value) => ({ value, label: statusWords(value) }))}
        value={search.status ?? null}
        onChange={(status) => set({ status: status ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Any status' }}
      />
      <Select
        aria-label="Channel"
        placeholder="Any channel"
        clearable
        w={150}
        data={CHANNEL_CHOICES}
        value={search.channel ?? null}
        onChange={(channel) => set({ channel: channel ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Any channel' }}
      />
      <Checkbox
        label="With failures"
        checked={search.outcome === 'failed'}
        onChange={(event) => set({ outcome: event.currentTarget.checked ? 'failed' : undefined })}
      />
    </Group>
  );
}
