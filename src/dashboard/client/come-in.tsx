import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from './api/client.js';
import { wordsOf } from './api/problem.js';
import { beginCookieSession, dropLink } from './session.js';
import { Threshold } from './shell/threshold.js';

/** Lets in who has a link, which works once: by a press, so that a mail scanner that follows it does not use it up. */
export function ComeIn({ token }: { token: string }) {
  const [password, setPassword] = useState('');
  const attempt = useMutation({
    mutationFn: () => api.POST('/sessions/link', { body: { token, ...(password === '' ? {} : { password }) } }),
    onSuccess: beginCookieSession,
  });
  return (
    <Threshold
      about="This link lets you in once. Choose the password by which you come in from now on."
      onSubmit={attempt.mutate}
      busy={attempt.isPending}
    >
      <PasswordInput
        label="New password"
        description="At least 12 characters; left empty, the present one stays."
        autoFocus
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={attempt.error ? wordsOf(attempt.error) : null}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
      />
      <Button type="submit" loading={attempt.isPending}>
        Come in
      </Button>
      <Button variant="subtle" color="gray" onClick={dropLink}>
        Sign in another way
      </Button>
    </Threshold>
  );
}
