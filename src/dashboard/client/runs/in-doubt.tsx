import { Alert, Button, Group, Text } from '@mantine/core';
import type { Run } from '../api/types.js';
import { countOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { doUnlessUndone } from '../elements/undo.js';
import { useCorrections } from './use-corrections.js';

/** Recipients whose answer was lost, and the three ways to settle them. Not there where there are none. */
export function InDoubt({ run }: { run: Run }) {
  const { resend, settle, busy } = useCorrections(run.id);
  if (run.in_doubt === 0) return null;
  const sendAgain = () =>
    doUnlessUndone(`Sending to ${countOf(run.in_doubt, 'recipient')} again …`, () => Promise.resolve(resend()));
  return (
    <Alert color="yellow" icon={<Icon name="warning" />} title={`${countOf(run.in_doubt, 'recipient')} in doubt`}>
      <Text size="sm" mb="sm">
        They were handed to the provider, but its answer was lost. Look at its log if you can: those that arrived are
        sent, those that did not may be sent to again. Whoever got it the first time would get it twice.
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" loading={busy} onClick={() => settle('sent')}>
          They arrived
        </Button>
        <Button size="xs" variant="default" loading={busy} onClick={() => settle('failed')}>
          They did not arrive
        </Button>
        <Button size="xs" variant="default" loading={busy} onClick={sendAgain}>
          Send again
        </Button>
      </Group>
    </Alert>
  );
}
