import { Alert, List, Text } from '@mantine/core';
import { countOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import type { LookAt } from './look-at.js';

/** What is allowed and probably not meant; that there is nothing only where all was looked through. */
export function Warnings({ things, all }: { things: LookAt[]; all: boolean }) {
  if (things.length === 0 && !all) return null;
  if (things.length === 0)
    return (
      <Alert color="green" icon={<Icon name="check" />} title="Nothing looks odd">
        The content, the audience and the schedule were looked through.
      </Alert>
    );
  return (
    <Alert color="yellow" icon={<Icon name="warning" />} title={`${countOf(things.length, 'thing')} to look at`}>
      <List size="sm">
        {things.map(({ code, message }) => (
          <List.Item key={message}>
            {message}{' '}
            {code !== undefined && (
              <Text span size="xs" ff="monospace" c="dimmed">
                {code}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
