import { Group, Text } from '@mantine/core';
import { CHANNELS, type Channel } from '../../../audience/domain/channel.js';
import { Icon } from './icon.js';

const WORDS: Record<Channel, string> = { email: 'Email', sms: 'SMS', push: 'Push' };

/** The channels to choose from. */
export const CHANNEL_CHOICES = CHANNELS.map((value) => ({ value, label: WORDS[value] }));

/** A channel by icon and name. */
export function ChannelName({ channel }: { channel: Channel }) {
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex" className="inline">
      <Icon name={channel} size={16} />
      <Text span inherit>
        {WORDS[channel]}
      </Text>
    </Group>
  );
}
