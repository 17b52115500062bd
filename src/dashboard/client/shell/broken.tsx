import { Button } from '@mantine/core';
import { tellTrouble } from '../elements/notices.js';
import { Screen } from '../elements/screen.js';
import { Trouble } from '../elements/trouble.js';
import { isThere } from './patiently.js';

/** Loads the page anew, unless nobody would hand it out: the browser would show a page of its own. */
async function loadAnew(): Promise<void> {
  if (await isThere()) location.reload();
  else tellTrouble(new Error('The server does not answer yet.'));
}

/** A screen that could not be shown; most often the dashboard was updated while it was open. */
export function Broken({ error }: { error: unknown }) {
  return (
    <Screen
      title="This screen could not be shown"
      actions={<Button onClick={() => void loadAnew()}>Load it anew</Button>}
    >
      <Trouble error={error} />
    </Screen>
  );
}
