import { Button } from '@mantine/core';
import { useState } from 'react';
import { download } from '../api/download.js';
import { Icon } from './icon.js';
import { tellTrouble } from './notices.js';

/** Hands out as CSV what is shown beside it. */
export function CsvButton({ path, name, words = 'CSV' }: { path: string; name: string; words?: string }) {
  const [busy, setBusy] = useState(false);
  const fetchIt = () => {
    setBusy(true);
    void download(path, name)
      .catch(tellTrouble)
      .finally(() => setBusy(false));
  };
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      loading={busy}
      onClick={fetchIt}
      leftSection={<Icon name="import" size={14} />}
      aria-label={`${words}: ${name} as a file`}
    >
      {words}
    </Button>
  );
}
