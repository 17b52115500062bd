import { Alert, List, Text } from '@mantine/core';
import type { LintWarning } from '../api/types.js';
import { countOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';

/** What is allowed and probably not meant. */
export function Warnings({ warnings }: { warnings: LintWarning[] }) {
  if (warnings.length === 0)
    return (
      <Alert color="green" icon={<Icon name="check" />} title="Nothing looks odd">
        The content, the audience and the schedule were looked through.
      </Alert>
    );
  return (
    <Alert color="yellow" icon={<Icon name="warning" />} title={`${countOf(warnings.length, 'thing')} to look at`}>
      <List size="sm">
        {warnings.map(({ code, message }) => (
          <List.Item key={code + message}>
            {message}{' '}
            <Text span size="xs" ff="monospace" c="dimmed">
              {code}
            </Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
