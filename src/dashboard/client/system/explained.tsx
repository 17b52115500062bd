import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from '../elements/icon.js';

/** A figure with a word on what it means and when to worry; marked where it is time to. */
export function Explained(props: { name: string; value: ReactNode; worrying?: boolean; children: ReactNode }) {
  const { name, value, worrying, children } = props;
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <Text size="sm">{name}</Text>
        <Group gap={6} wrap="nowrap" className="figures">
          {worrying && <Icon name="warning" size={16} />}
          <Text size="sm" fw={600} component="div" style={{ whiteSpace: 'nowrap' }}>
            {value}
          </Text>
        </Group>
      </Group>
      <Text size="xs" c="dimmed">
        {children}
      </Text>
    </div>
  );
}
