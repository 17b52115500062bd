import { Group, Select, Table, Text } from '@mantine/core';
import { AGES, type Age } from '../../../analytics/domain/age.js';
import type { Analysis } from '../api/types.js';
import { CsvButton } from '../elements/csv-button.js';
import { count, rateWords, share } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Moment } from '../elements/moment.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { sharesOf } from '../elements/shares.js';
import type { Hits } from './analyse-queries.js';
import { useView } from './use-view.js';

const WORDS: Record<Age, string> = {
  '1h': 'an hour old',
  '6h': '6 hours old',
  '1d': 'a day old',
  '3d': '3 days old',
  '7d': 'a week old',
  '30d': '30 days old',
};

/** The runs of a recurring campaign as each was at the same age, so that young ones compare fairly with old ones. */
export function Cohort(props: { runs: Analysis['cohort']; campaignId: number; hits: Hits }) {
  const { runs, campaignId, hits } = props;
  const [{ age }, change] = useView();
  return (
    <Panel
      title="Run against run"
      flush
      aside={
        <Group gap="xs">
          <Select
            size="xs"
            w={150}
            aria-label="At which age"
            allowDeselect={false}
            data={AGES.map((value) => ({ value, label: WORDS[value] }))}
            value={age}
            onChange={(value) => change({ age: value === '1d' || value === null ? undefined : value })}
          />
          <CsvButton
            path={`/campaigns/${campaignId}/cohort?age=${age}&hits=${hits}&format=csv`}
            name={`cohort-${age}.csv`}
          />
        </Group>
      }
    >
      {runs.length === 0 ? (
        <Text c="dimmed" size="sm" p="md" children="No run to compare." />
      ) : (
        <Rows
          label="Run against run"
          minWidth={700}
          narrow="stack"
          columns={['Run', 'Began', 'Sent', 'Of answered', 'Failed', 'Opened', 'Clicked']}
        >
          {runs.map((run) => (
            <Table.Tr key={run.run_id}>
              <Table.Td>
                <TextLink to="/runs/$runId" params={{ runId: String(run.run_id) }}>
                  #{run.run_id}
                </TextLink>
                {!run.complete && (
                  <Text size="xs" c="dimmed">
                    younger, still growing
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Moment past at={run.opened_at} />
              </Table.Td>
              <Table.Td>{count(run.sent)}</Table.Td>
              <Table.Td>{share(sharesOf(run).sent)}</Table.Td>
              <Table.Td>{share(sharesOf(run).failed)}</Table.Td>
              <Table.Td>{rateWords(sharesOf(run).opened, run.sent)}</Table.Td>
              <Table.Td>{rateWords(sharesOf(run).clicked, run.sent)}</Table.Td>
            </Table.Tr>
          ))}
        </Rows>
      )}
    </Panel>
  );
}
