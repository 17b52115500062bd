import { Alert, Button, Text } from '@mantine/core';
import { ProblemError, wordsOf } from '../api/problem.js';
import { countOf } from './figures.js';
import { Icon } from './icon.js';

/** What went wrong, in the API's words: several wrong fields each in its own, anything else with its code for whoever is asked. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error == null) return null;
  const fields = error instanceof ProblemError ? [...new Set(error.fields.map(({ message }) => message))] : [];
  const title = fields.length > 1 ? `${countOf(fields.length, 'thing')} must be mended` : wordsOf(error);
  return (
    <Alert color="red" icon={<Icon name="warning" />} role="alert" title={title}>
      {fields.length > 1
        ? fields.map((message) => <Text size="sm" key={message} children={message} />)
        : error instanceof ProblemError && (
            <Text size="xs" ff="monospace">
              {error.code}
            </Text>
          )}
      {onRetry && (
        <Button size="xs" variant="default" mt="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
