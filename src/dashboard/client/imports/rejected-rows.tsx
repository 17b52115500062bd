import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CsvReader } from '../../../audience/domain/csv-reader.js';
import { unguarded } from '../../../platform/domain/formula-guard.js';
import { root } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { count } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { sessionHeaders } from '../session.js';

const SHOWN = 50;

/** What the file of rejected rows says besides the columns of the imported one. */
const OWN_COLUMNS: Record<string, string> = { import_line: 'Line', import_reason: 'Why it was left out' };

/** The rejected rows as records of cells, the header first, without what keeps a spreadsheet from computing them: as the file has them. */
async function rejectedOf(id: number): Promise<string[][]> {
  const response = await fetch(`${root}/imports/${id}/rejected`, {
    headers: sessionHeaders(),
  });
  if (!response.ok) throw await problemOf(response);
  const reader = new CsvReader(',', { record: 1_000_000, cell: 1_000_000 });
  const records = [...reader.read(await response.text()), ...reader.end()];
  return records.map(({ cells }) => cells.map(unguarded));
}

/** The rows that were left out, each with why. */
export function RejectedRows({ id, rejected, done }: { id: number; rejected: number; done: boolean }) {
  const query = useQuery({
    queryKey: ['imports', id, 'rejected', rejected],
    queryFn: () => rejectedOf(id),
    enabled: done,
  });
  return (
    <Panel title="Rejected rows" flush>
      <Loaded query={query} height={160}>
        {([header = [], ...rows]) => (
          <>
            <Rows label="Rejected rows" narrow="stack" columns={header.map((name) => OWN_COLUMNS[name] ?? name)}>
              {rows.slice(0, SHOWN).map((cells, index) => (
                <Table.Tr key={index}>
                  {cells.map((cell, column) => (
                    <Table.Td key={column} data-name={`${OWN_COLUMNS[header[column]!] ?? header[column]}: `}>
                      {cell}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Rows>
            {rejected > SHOWN && (
              <Text size="xs" c="dimmed" p="sm">
                The first {SHOWN} of {count(rejected)}; the file has up to 1,000 and can be mended and imported again.
              </Text>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
