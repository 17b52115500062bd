import { Alert, List, Text } from '@mantine/core';
import type { System } from '../api/types.js';
import { Icon } from '../elements/icon.js';
import { Dot } from '../elements/status.js';

/** What wants looking after; or that nothing does. */
export function Concerns({ concerns }: { concerns: System['concerns'] }) {
  if (concerns.length === 0)
    return (
      <Text size="sm" component="div">
        <Dot wrap colour="var(--sent)">
          All is well: nothing is late, nothing is in doubt, and everything that has to run is there.
        </Dot>
      </Text>
    );
  const title = concerns.length === 1 ? 'One thing to look after' : `${concerns.length} things to look after`;
  return (
    <Alert color="yellow" icon={<Icon name="warning" />} title={title}>
      <List size="sm" spacing={4}>
        {concerns.map(({ code, message }) => (
          <List.Item key={code}>{message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
