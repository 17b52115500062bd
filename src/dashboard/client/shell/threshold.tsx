import { Card, Center, Group, Stack, Text, Title } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Icon } from '../elements/icon.js';

/** The form before which everybody stands who is not signed in. */
export function Threshold({ about, onSubmit, children }: { about: string; onSubmit: () => void; children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Center component="main" mih="100dvh" p="md">
      <Card w={440} maw="100%" padding="xl">
        <form onSubmit={submit}>
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
        </form>
      </Card>
    </Center>
  );
}
