import { Alert, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Campaign } from '../api/types.js';
import { ChannelName } from '../elements/channel.js';
import { Icon } from '../elements/icon.js';
import { GoingDot } from '../elements/status.js';
import { campaignAnalyticsQuery } from './campaign-queries.js';

/** What a campaign is, in one line, and why it stands still where it does. */
export function CampaignAbout({ campaign }: { campaign: Campaign }) {
  const { data } = useQuery(campaignAnalyticsQuery(campaign.id));
  const { pending = 0, awaiting_winner = 0 } = data ?? {};
  return (
    <>
      <Group gap="4px 16px">
        <GoingDot run={{ status: campaign.status, pending, awaiting_winner }} />
        <ChannelName channel={campaign.channel} />
        <Text size="sm">{campaign.recurrence_message}</Text>
      </Group>
      {campaign.status_reason !== null && (
        <Alert mt="sm" color="yellow" icon={<Icon name="warning" />} title={`It is ${campaign.status}`}>
          {campaign.status_reason}
        </Alert>
      )}
    </>
  );
}
