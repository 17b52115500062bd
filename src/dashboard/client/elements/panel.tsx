import { Card, Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of a screen with a heading. `flush` lets a table reach the edges. */
export function Panel(props: { title?: string; aside?: ReactNode; flush?: boolean; children: ReactNode }) {
  return (
    <Card>
      {props.title !== undefined && (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2}>{props.title}</Title>
          {props.aside}
        </Group>
      )}
      {props.flush ? (
        <Card.Section style={{ borderTop: props.title === undefined ? undefined : '1px solid var(--line)' }}>
          {props.children}
        </Card.Section>
      ) : (
        props.children
      )}
    </Card>
  );
}
