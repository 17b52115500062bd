import { Alert, Button, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../api/client.js';
import { download } from '../api/download.js';
import type { Import } from '../api/types.js';
import { Figure } from '../elements/figure.js';
import { bytes, count, share, shareOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { importQuery, isUnderWay } from './import-queries.js';
import { ImportStatus } from './import-status.js';
import { RejectedRows } from './rejected-rows.js';

/** How far an import is, and what became of its rows. */
export function ImportScreen() {
  const { importId } = useParams({ from: '/imports/$importId' });
  const id = Number(importId);
  const query = useQuery(importQuery(id));
  const one = query.data;
  return (
    <Screen
      title={`Import #${importId}`}
      about={one ? <ImportAbout one={one} /> : ' '}
      actions={one && <ImportActions one={one} />}
    >
      <Loaded query={query} height={420}>
        {(one) => (
          <Stack gap="lg">
            {one.reason !== null && (
              <Alert color="red" icon={<Icon name="warning" />} title="It failed">
                {one.reason} What was counted until then is imported.
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
        )}
      </Loaded>
    </Screen>
  );
}

function ImportAbout({ one }: { one: Import }) {
  return (
    <Group gap="4px 16px">
      <ImportStatus status={one.status} />
      <Text size="sm">
        begun <Moment at={one.created_at} />
      </Text>
      {one.segment !== null && <Text size="sm">into “{one.segment}”</Text>}
      {one.dry_run && <Text size="sm">a check only: no contact is changed</Text>}
    </Group>
  );
}

function ImportActions({ one }: { one: Import }) {
  const queries = useQueryClient();
  const cancel = async () => {
    await api.POST('/imports/{id}/cancel', { params: { path: { id: one.id } } });
    await queries.invalidateQueries({ queryKey: ['imports'] });
  };
  return (
    <>
      {isUnderWay(one) && (
        <Button variant="default" onClick={() => void cancel().catch(tellTrouble)}>
          Stop it
        </Button>
      )}
      {one.rejected > 0 && (
        <Button
          variant="default"
          onClick={() =>
            void download(`/imports/${one.id}/rejected`, `import-${one.id}-rejected.csv`).catch(tellTrouble)
          }
        >
          Download the rejected rows
        </Button>
      )}
      <ButtonLink to="/contacts" search={{ segment: one.segment ?? undefined }} variant="default">
        See the contacts
      </ButtonLink>
    </>
  );
}
