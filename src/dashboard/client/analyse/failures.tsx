import { Box, Button, Group, Table, Text } from '@mantine/core';
import type { Analysis, RunAnalytics } from '../api/types.js';
import { CsvButton } from '../elements/csv-button.js';
import { count, share, shareOf, wordsOfCode } from '../elements/figures.js';
import { useBar } from '../elements/needs.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { PartBar } from '../elements/part-bar.js';
import { Rows } from '../elements/rows.js';
import { useCorrections } from '../runs/use-corrections.js';
import type { Subject } from './analyse-queries.js';
import { LeftOut, OnlyTotals } from './left-out.js';

/** What two reasons take with what was tried, in pixels. */
const ROOM = 196;

/**
 * Why recipients failed, the most frequent reason first, each with another try. It has its room before anybody failed and after
 * all of them are tried again: what is below stays where it is.
 */
export function Failures(props: { failures: Analysis['failures']; subject: Subject; runs: RunAnalytics[] }) {
  const { failures, subject, runs } = props;
  return (
    <Panel
      title="Failures by reason"
      flush
      aside={
        <Group gap="xs">
          <CsvButton path={`/${subject.kind}/${subject.id}/failures?format=csv`} name="failures.csv" />
          <CsvButton
            path={`/${subject.kind}/${subject.id}/failures?format=csv&rows=tries`}
            name="tries.csv"
            words="Tries as CSV"
          />
        </Group>
      }
    >
      <Box mih={ROOM}>
        {failures === null ? (
          <OnlyTotals />
        ) : failures.failed === 0 ? (
          <Text c="dimmed" size="sm" p="md" children="Nobody has failed for good." />
        ) : (
          <Reasons failures={failures} runs={runs} />
        )}
      </Box>
    </Panel>
  );
}

function Reasons({ failures, runs }: { failures: NonNullable<Analysis['failures']>; runs: RunAnalytics[] }) {
  const { reasons, failed, tries, runs_left_out } = failures;
  const failing = runs.filter((run) => run.failed > 0).map(({ run_id }) => run_id);
  const [{ retryFailed, busy }, bar] = [useCorrections(...failing), useBar('write')];
  return (
    <>
      <Rows
        label="Failures by reason"
        minWidth={760}
        narrow="stack"
        columns={['Reason', 'Recipients', 'Together', 'In the words of the provider', '']}
      >
        {reasons.map((failure, index) => (
          <Table.Tr key={failure.reason}>
            <Table.Td fw={550}>
              {wordsOfCode(failure.reason)}
              <Text size="xs" c="dimmed">
                {failure.retryable === false ? 'Another try will hardly help' : 'Another try may help'}
              </Text>
            </Table.Td>
            <Table.Td w={150}>
              {count(failure.count)} · {share(shareOf(failure.count, failed))}
              <PartBar part={failure.count} all={failed} colour="var(--failed)" />
            </Table.Td>
            <Table.Td>{share(shareOf(upTo(reasons, index), failed))}</Table.Td>
            <Table.Td>
              <Text size="sm" c="dimmed" lineClamp={2}>
                {failure.example ?? failure.example_code ?? '–'}
              </Text>
            </Table.Td>
            <Table.Td ta="right">
              <Button
                {...bar}
                size="xs"
                variant="default"
                loading={busy}
                onClick={() => void retryFailed(failure.reason).catch(tellTrouble)}
              >
                Retry these
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Rows>
      <Text size="xs" c="dimmed" p="sm">
        {tries
          .filter((row) => row.tries > 0)
          .map((row) => `At try ${row.tries}: ${count(row.sent)} of ${count(row.recipients)} tried were accepted`)
          .join(' · ')}
      </Text>
      <LeftOut runs={runs_left_out} />
    </>
  );
}

/** Who failed for one of the reasons up to this one. */
const upTo = (reasons: { count: number }[], index: number): number =>
  reasons.slice(0, index + 1).reduce((sum, { count }) => sum + count, 0);
