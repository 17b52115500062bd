import { Alert, Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { ProblemError } from '../api/problem.js';
import { wordsOfCode } from './figures.js';
import { Icon } from './icon.js';
import { tellTrouble } from './notices.js';
import type { Difference } from './rebase.js';
import { Rows } from './rows.js';
import { Trouble } from './trouble.js';
import { Value } from './value.js';

interface Moved {
  /** Why nothing was saved. */
  error: unknown;
  /** What the other changed, once that was read. */
  theirs: Difference[] | null;
  /** Reads what the other saved and puts what was written here on top of it. */
  onRead: () => Promise<void>;
}

/** Why nothing was saved; where somebody else had saved meanwhile, the way to go on without losing either. */
export function MovedOn({ error, theirs, onRead }: Moved) {
  const [busy, setBusy] = useState(false);
  const isMoved = error instanceof ProblemError && error.status === 412;
  const read = () => {
    setBusy(true);
    void onRead()
      .catch(tellTrouble)
      .finally(() => setBusy(false));
  };
  if (isMoved)
    return (
      <Alert color="yellow" icon={<Icon name="warning" />} role="alert" title="Somebody else saved it meanwhile">
        <Text size="sm">Nothing was saved, and what you wrote is still here.</Text>
        <Button size="xs" variant="default" mt="xs" loading={busy} onClick={read}>
          Read theirs and keep mine
        </Button>
      </Alert>
    );
  if (error != null || theirs === null) return <Trouble error={error} />;
  return (
    <Alert
      color="yellow"
      icon={<Icon name="warning" />}
      role="status"
      title="Theirs is read, and yours is on top of it"
    >
      <Text size="sm" mb="xs">
        {theirs.length === 0 ? 'They changed nothing that is written here. Save again.' : 'Look at it, and save again.'}
      </Text>
      {theirs.length > 0 && (
        <Rows
          label="What they changed"
          minWidth={420}
          narrow="stack"
          columns={['They changed', 'It was', 'Theirs', 'Stays']}
        >
          {theirs.map((difference) => (
            <Table.Tr key={difference.field}>
              <Table.Td fw={550}>{wordsOfCode(difference.field)}</Table.Td>
              <Table.Td c="dimmed">
                <Value of={difference.was} />
              </Table.Td>
              <Table.Td>
                <Value of={difference.is} />
              </Table.Td>
              <Table.Td>{'mine' in difference ? <Value of={difference.mine} /> : 'Theirs'}</Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </Alert>
  );
}
