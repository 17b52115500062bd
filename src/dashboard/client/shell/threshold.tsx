import { Card, Center, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Form } from '../elements/form.js';
import { Icon } from '../elements/icon.js';

/** The form before which everybody stands who is not signed in. */
export function Threshold(props: { about: string; onSubmit: () => void; busy: boolean; children: ReactNode }) {
  const { about, onSubmit, busy, children } = props;
  return (
    <Center mih="100dvh" p="md">
      <Card w={440} maw="100%" padding="xl">
        <Form onSubmit={onSubmit} busy={busy}>
          <Stack>
            <Group c="var(--accent)" gap="xs">
              <Icon name="bell" size={30} />
              <Title order={1} c="var(--mantine-color-text)">
                Campanile
              </Title>
            </Group>
            <Text c="dimmed" size="sm">
              {about}
            </Text>
            {children}
          </Stack>
        </Form>
      </Card>
    </Center>
  );
}
