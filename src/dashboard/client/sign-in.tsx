import { Button, Card, Center, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from './api/client.js';
import { ProblemError, wordsOf } from './api/problem.js';
import { Command } from './elements/command.js';
import { Icon } from './elements/icon.js';
import { beginSession, sessionFarewell } from './session.js';

/** Whether the key opens anything; it is not kept before that is known. */
async function tryKey(key: string): Promise<string> {
  await api.GET('/campaigns', { params: { query: { limit: 1 } }, headers: { authorization: `Bearer ${key}` } });
  return key;
}

function complaintOf(error: unknown): string | null {
  if (error instanceof ProblemError && error.code === 'UNKNOWN_KEY')
    return 'This key is not known. Check that all of it was copied; it begins with ck_live_.';
  return error ? wordsOf(error) : null;
}

/** Asks for an API key, the only way in for now. */
export function SignIn() {
  const [key, setKey] = useState('');
  const attempt = useMutation({ mutationFn: tryKey, onSuccess: beginSession });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate(key.trim());
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
              {sessionFarewell() ?? 'The key stays in this tab and is forgotten when you close it.'}
            </Text>
            <PasswordInput
              label="API key"
              description="Printed by the first start."
              placeholder="ck_live_…"
              autoFocus
              autoComplete="off"
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              error={complaintOf(attempt.error)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
            />
            <Button type="submit" loading={attempt.isPending} disabled={key.trim() === ''}>
              Sign in
            </Button>
            <Text size="xs" c="dimmed">
              No key at hand? Make one where Campanile is installed:
            </Text>
            <Command>npm run cli -- keys create</Command>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
