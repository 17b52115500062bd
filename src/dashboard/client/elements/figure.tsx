import { Card, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One figure with what it counts, what to compare it with, and perhaps its course. */
export function Figure(props: { label: string; value: ReactNode; note?: ReactNode; course?: ReactNode }) {
  const { label, value, note, course } = props;
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
      {course}
    </Card>
  );
}
