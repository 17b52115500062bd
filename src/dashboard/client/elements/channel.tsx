import { Group, Text } from '@mantine/core';
import type { Channel } from '../api/types.js';
import { Icon } from './icon.js';

const WORDS: Record<Channel, string> = { email: 'Email', sms: 'SMS', push: 'Push' };

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
