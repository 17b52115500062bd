import { Alert, Group, Text } from '@mantine/core';
import type { Campaign } from '../api/types.js';
import { ChannelName } from '../elements/channel.js';
import { Icon } from '../elements/icon.js';
import { StatusDot } from '../elements/status.js';

/** What a campaign is, in one line, and why it stands still where it does. */
export function CampaignAbout({ campaign }: { campaign: Campaign }) {
  return (
    <>
      <Group gap="4px 16px">
        <StatusDot status={campaign.status} />
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
