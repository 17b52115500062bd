import { Group, Text, Tooltip } from '@mantine/core';
import { CHANNELS } from '../../../audience/domain/channel.js';
import type { Contact } from '../api/types.js';
import { Icon } from '../elements/icon.js';

/** Whether a contact can be reached by each channel: an icon each, crossed out in words and in colour where not. */
export function ConsentDots({ contact }: { contact: Contact }) {
  const address = { email: contact.email, sms: contact.phone, push: contact.push_subscriptions[0] ?? null };
  return (
    <Group gap={6} wrap="nowrap">
      {CHANNELS.filter((channel) => address[channel] !== null).map((channel) => {
        const state = contact.suppressed.includes(channel) ? 'suppressed' : contact.consent[channel];
        const reached = state === 'subscribed';
        return (
          <Tooltip key={channel} label={`${channel}: ${state}`}>
            <Text
              span
              lh={0}
              c={reached ? 'var(--sent)' : 'var(--failed)'}
              role="img"
              aria-label={`${channel}: ${state}`}
              style={{ textDecoration: reached ? undefined : 'line-through' }}
            >
              <Icon name={channel} size={17} />
              {!reached && <Icon name="close" size={11} />}
            </Text>
          </Tooltip>
        );
      })}
    </Group>
  );
}
