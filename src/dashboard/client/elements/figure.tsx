import { Card, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One figure with what it counts, and what to compare it with. */
export function Figure({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <Card className="figures">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="xl" fw={650} lh={1.4}>
        {value}
      </Text>
      <Text size="xs" c="dimmed" mih="1.5em" component="div">
        {note}
      </Text>
    </Card>
  );
}
