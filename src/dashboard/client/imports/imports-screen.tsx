import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { bytes, count } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { Needs } from '../elements/needs.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { Screen } from '../elements/screen.js';
import { importsQuery } from './import-queries.js';
import { ImportStatus } from './import-status.js';
import { UploadForm } from './upload-form.js';

/** Taking in a file of contacts, and those that were. */
export function ImportsScreen() {
  const query = useQuery(importsQuery);
  return (
    <Screen title="Imports" about="Contacts that are known by identifier, email or phone are changed, others are made.">
      <Needs scope="write" otherwise={null}>
        <UploadForm />
      </Needs>
      <Panel title="Earlier" flush>
        <Loaded query={query} height={160}>
          {(imports) =>
            imports.length === 0 ? (
              <Empty
                icon="import"
                title="No file was imported yet"
                command={curl('POST', '/imports?segment=tech', { file: 'people.csv', type: 'text/csv' })}
              >
                Choose one above, or hand it over so:
              </Empty>
            ) : (
              <Rows
                label="Imports"
                narrow="two"
                columns={['Import', 'Status', 'Rows', 'Made', 'Changed', 'Rejected', 'Segment', 'Size', 'When']}
              >
                {imports.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td>
                      <TextLink to="/imports/$importId" params={{ importId: String(one.id) }}>
                        #{one.id}
                      </TextLink>
                      {one.dry_run && ' (check only)'}
                    </Table.Td>
                    <Table.Td>
                      <ImportStatus status={one.status} />
                    </Table.Td>
                    <Table.Td>{count(one.total)}</Table.Td>
                    <Table.Td>{count(one.created)}</Table.Td>
                    <Table.Td>{count(one.updated)}</Table.Td>
                    <Table.Td>{count(one.rejected)}</Table.Td>
                    <Table.Td>{one.segment ?? '–'}</Table.Td>
                    <Table.Td>{bytes(one.bytes)}</Table.Td>
                    <Table.Td>
                      <Moment past at={one.created_at} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Rows>
            )
          }
        </Loaded>
      </Panel>
    </Screen>
  );
}
