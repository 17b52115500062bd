import { Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ProviderHealth } from '../api/types.js';
import { ChannelName } from '../elements/channel.js';
import { count } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { Panel } from '../elements/panel.js';
import { Dot } from '../elements/status.js';
import { providersQuery } from './system-queries.js';

const STATES: Record<ProviderHealth['state'], [colour: string, words: string]> = {
  ready: ['var(--sent)', 'Ready'],
  limited: ['var(--in-doubt)', 'Limit used up'],
  put_off: ['var(--failed)', 'Put off'],
  probing: ['var(--in-doubt)', 'Being tried'],
  off: ['var(--skipped)', 'Switched off'],
};

/** The channels' providers: whether they take messages, and what of their limits is used. */
export function Providers() {
  const query = useQuery(providersQuery);
  return (
    <Panel title="Providers">
      <Loaded query={query} height={110}>
        {(providers) => <ProviderList providers={providers} />}
      </Loaded>
    </Panel>
  );
}

/** Accounts one below the other, each with its state and what of its limits is used. */
export function ProviderList({ providers }: { providers: Omit<ProviderHealth, 'id'>[] }) {
  return (
    <Stack gap="sm">
      {providers.map((provider) => (
        <ProviderStanding key={`${provider.channel} ${provider.name}`} provider={provider} />
      ))}
    </Stack>
  );
}

/** One of them. */
export function ProviderStanding({ provider }: { provider: Omit<ProviderHealth, 'id'> }) {
  const { channel, name, state, blocked_until, reason, limits } = provider;
  const [colour, words] = STATES[state];
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm" component="div">
          <ChannelName channel={channel} />{' '}
          <Text span size="sm" c="dimmed">
            {name}
          </Text>
        </Text>
        <Text size="sm" component="div">
          <Dot colour={colour}>{words}</Dot>
          {state === 'put_off' && blocked_until !== null && (
            <>
              {' '}
              until <Moment at={blocked_until} />
            </>
          )}
        </Text>
      </Group>
      {reason !== null && (
        <Text size="xs" c="dimmed">
          {reason}
        </Text>
      )}
      {limits.map(({ period, limit, used }) => (
        <Group key={period} gap="xs" wrap="nowrap">
          <Progress value={(used / limit) * 100} flex={1} size="sm" aria-label={`Used of the limit a ${period}`} />
          <Text size="xs" c="dimmed" className="figures">
            {count(used)} of {count(limit)} a {period}
          </Text>
        </Group>
      ))}
    </div>
  );
}
