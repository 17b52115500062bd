import { Button } from '@mantine/core';
import { Screen } from '../elements/screen.js';
import { Trouble } from '../elements/trouble.js';

/** A screen that could not be shown; most often the dashboard was updated while it was open. */
export function Broken({ error }: { error: unknown }) {
  return (
    <Screen
      title="This screen could not be shown"
      actions={<Button onClick={() => location.reload()}>Load it anew</Button>}
    >
      <Trouble error={error} />
    </Screen>
  );
}
