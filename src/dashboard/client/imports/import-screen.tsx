import { Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../api/client.js';
import { download } from '../api/download.js';
import type { Import } from '../api/types.js';
import { ButtonLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { useBar } from '../elements/needs.js';
import { tellTrouble } from '../elements/notices.js';
import { Screen } from '../elements/screen.js';
import { importQuery, isUnderWay } from './import-queries.js';
import { ImportResult } from './import-result.js';
import { ImportStatus } from './import-status.js';

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
        {(one) => <ImportResult one={one} />}
      </Loaded>
    </Screen>
  );
}

function ImportAbout({ one }: { one: Import }) {
  return (
    <Group gap="4px 16px">
      <ImportStatus status={one.status} />
      <Text size="sm">
        begun <Moment past at={one.created_at} />
      </Text>
      {one.segment !== null && <Text size="sm">into “{one.segment}”</Text>}
      {one.dry_run && <Text size="sm">a check only: no contact is changed</Text>}
    </Group>
  );
}

function ImportActions({ one }: { one: Import }) {
  const bar = useBar('write');
  const queries = useQueryClient();
  const cancel = async () => {
    await api.POST('/imports/{id}/cancel', { params: { path: { id: one.id } } });
    await queries.invalidateQueries({ queryKey: ['imports'] });
  };
  return (
    <>
      {isUnderWay(one) && (
        <Button {...bar} variant="default" onClick={() => void cancel().catch(tellTrouble)}>
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
