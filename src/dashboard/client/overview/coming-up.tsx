import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { campaignsQuery } from '../campaigns/campaign-queries.js';
import { ChannelName } from '../elements/channel.js';
import { TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { Panel } from '../elements/panel.js';

const SHOWN = 7;

/** What is due next. */
export function ComingUp() {
  const query = useQuery(campaignsQuery);
  return (
    <Panel title="Next" aside={<TextLink to="/calendar" size="sm" children="Calendar" />}>
      <Loaded query={query} height={120}>
        {(campaigns) => {
          const coming = campaigns
            .filter(
              ({ next_run_at, status }) => next_run_at !== null && (status === 'pending' || status === 'processing'),
            )
            .sort((a, b) => a.next_run_at!.localeCompare(b.next_run_at!))
            .slice(0, SHOWN);
          if (coming.length === 0)
            return (
              <Text c="dimmed" size="sm">
                Nothing is planned.
              </Text>
            );
          return (
            <Stack gap="xs">
              {coming.map(({ id, name, channel, next_run_at, time_zone }) => (
                <Group key={id} justify="space-between" gap="xs" wrap="nowrap">
                  <div style={{ minWidth: 0 }}>
                    <TextLink to="/campaigns/$campaignId" params={{ campaignId: String(id) }} fw={550} size="sm">
                      {name}
                    </TextLink>
                    <Text size="xs" c="dimmed" component="div">
                      <ChannelName channel={channel} />
                    </Text>
                  </div>
                  <Text size="sm" className="figures">
                    <Moment at={next_run_at} zone={time_zone} />
                  </Text>
                </Group>
              ))}
            </Stack>
          );
        }}
      </Loaded>
    </Panel>
  );
}
