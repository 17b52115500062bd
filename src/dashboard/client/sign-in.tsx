import { Button, Divider, PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, commands } from './api/client.js';
import { ProblemError, wordsOf } from './api/problem.js';
import { Command } from './elements/command.js';
import { beginCookieSession, beginSession, useFarewell } from './session.js';
import { Threshold } from './shell/threshold.js';

/** Whether the key opens anything; it is not kept before that is known. */
async function tryKey(key: string): Promise<void> {
  await api.GET('/campaigns', { params: { query: { limit: 1 } }, headers: { authorization: `Bearer ${key}` } });
  beginSession(key);
}

async function tryPassword(email: string, password: string): Promise<void> {
  await api.POST('/sessions', { body: { email, password } });
  beginCookieSession();
}

function complaintOf(error: unknown): string | null {
  if (error instanceof ProblemError && error.code === 'UNKNOWN_KEY')
    return 'This key is not known. Check that all of it was copied; it begins with ck_live_.';
  return error ? wordsOf(error) : null;
}

/** Asks for an address and a password, or for an API key. */
export function SignIn() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [key, setKey] = useState('');
  const byKey = key.trim() !== '';
  const attempt = useMutation({
    mutationFn: () => (byKey ? tryKey(key.trim()) : tryPassword(email.trim(), password)),
  });
  const farewell = useFarewell();
  const complaint = complaintOf(attempt.error);
  return (
    <Threshold
      about={farewell ?? 'With your password, or with an API key, which stays in this tab.'}
      onSubmit={attempt.mutate}
      busy={attempt.isPending}
    >
      <TextInput
        label="Email"
        type="email"
        autoFocus
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={byKey ? null : complaint}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
      />
      <Divider label="or" />
      <PasswordInput
        label="API key"
        description="Printed by the first start."
        placeholder="ck_live_…"
        autoComplete="off"
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        error={byKey ? complaint : null}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
      />
      <Button type="submit" loading={attempt.isPending} disabled={!byKey && (email.trim() === '' || password === '')}>
        Sign in
      </Button>
      <Text size="xs" c="dimmed">
        Neither at hand? Make a link for yourself where Campanile is installed:
      </Text>
      <Command>{`${commands} users link admin@localhost`}</Command>
    </Threshold>
  );
}
