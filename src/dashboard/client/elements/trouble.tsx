import { Alert, Button, Text } from '@mantine/core';
import { ProblemError, wordsOf } from '../api/problem.js';
import { Icon } from './icon.js';

/** What went wrong, in the API's words, with its code for whoever is asked about it. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error == null) return null;
  const title = wordsOf(error);
  return (
    <Alert color="red" icon={<Icon name="warning" />} role="alert" title={title}>
      {error instanceof ProblemError && (
        <>
          {error.fields
            .filter(({ message }) => message !== title)
            .map(({ pointer, message }) => (
              <Text size="sm" key={pointer + message}>
                {message}
              </Text>
            ))}
          <Text size="xs" ff="monospace">
            {error.code}
          </Text>
        </>
      )}
      {onRetry && (
        <Button size="xs" variant="default" mt="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
