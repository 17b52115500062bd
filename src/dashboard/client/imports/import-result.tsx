import { Alert, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Import } from '../api/types.js';
import { Figure } from '../elements/figure.js';
import { bytes, count, share, shareOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { Panel } from '../elements/panel.js';
import { isUnderWay } from './import-queries.js';
import { RejectedRows } from './rejected-rows.js';

/** How far an import is, what became of its rows, or would, and which were left out. */
export function ImportResult({ one }: { one: Import }) {
  return (
    <Stack gap="lg">
      {one.reason !== null && (
        <Alert color="red" icon={<Icon name="warning" />} title="It failed">
          {one.reason} {!one.dry_run && 'What was counted until then is imported.'}
        </Alert>
      )}
      <Panel title="Progress">
        <Group justify="space-between" mb="xs" className="figures">
          <Text size="sm">
            <b>{share(shareOf(one.bytes_done, one.bytes))}</b> · {bytes(one.bytes_done)} of {bytes(one.bytes)}
          </Text>
          <Text size="sm" c="dimmed">
            {count(one.total)} rows
          </Text>
        </Group>
        <Progress
          value={(shareOf(one.bytes_done, one.bytes) ?? 0) * 100}
          size="lg"
          aria-label="Progress of the import"
        />
      </Panel>
      <SimpleGrid cols={{ base: 2, sm: 5 }}>
        <Figure label={one.dry_run ? 'Would be made' : 'Made'} value={count(one.created)} />
        <Figure label={one.dry_run ? 'Would change' : 'Changed'} value={count(one.updated)} />
        <Figure label="Unchanged" value={count(one.unchanged)} note="they are so already" />
        <Figure label="Duplicates" value={count(one.duplicates)} note="the last row won" />
        <Figure label="Rejected" value={count(one.rejected)} note="left out, see below" />
      </SimpleGrid>
      {one.rejected > 0 && <RejectedRows id={one.id} rejected={one.rejected} done={!isUnderWay(one)} />}
    </Stack>
  );
}
