import { Table, Text, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RunAnalytics } from '../api/types.js';
import { count, rateWords } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Moment } from '../elements/moment.js';
import { OutcomeBar } from '../elements/outcome-bar.js';
import { Rows } from '../elements/rows.js';
import { countedBy, sharesOf } from '../elements/shares.js';
import { GoingDot, statusWords } from '../elements/status.js';
import { exactly } from '../elements/time.js';
import type { Hits } from './analyse-queries.js';

const BARS = 30;
const PARTS = [
  ['sent', 'var(--sent)'],
  ['failed', 'var(--failed)'],
  ['in_doubt', 'var(--in-doubt)'],
  ['skipped', 'var(--skipped)'],
  ['pending', 'var(--pending)'],
] as const;

/** The latest runs from left to right, each as high as its audience. */
export function RunBars({ runs, zone }: { runs: RunAnalytics[]; zone: string }) {
  const shown = runs.slice(0, BARS).reverse();
  const most = Math.max(1, ...shown.map(({ audience }) => audience));
  return (
    <>
      <div className="bars">
        {shown.map((run) => (
          <Tooltip key={run.run_id} label={`${exactly(new Date(run.scheduled_for), zone)}: ${inWords(run)}`}>
            <Link
              to="/runs/$runId"
              params={{ runId: String(run.run_id) }}
              aria-label={`Run of ${exactly(new Date(run.scheduled_for), zone)}: ${inWords(run)}`}
            >
              {run.audience === 0 && <span style={{ height: 4, background: 'var(--pending)' }} />}
              {PARTS.map(([part, colour]) =>
                run[part] === 0 ? null : (
                  <span key={part} style={{ height: `${(run[part] / most) * 96}%`, background: colour }} />
                ),
              )}
            </Link>
          </Tooltip>
        ))}
      </div>
      <Text size="xs" c="dimmed" mt="xs">
        {shown.length === 1 ? 'The only run' : `The latest ${count(shown.length)} runs, the last on the right`}; the
        highest had an audience of {count(most)}.
      </Text>
    </>
  );
}

const inWords = ({ audience, sent, failed, status }: RunAnalytics): string =>
  audience === 0
    ? statusWords(status)
    : `${count(sent)} of ${count(audience)} sent${failed > 0 ? `, ${count(failed)} failed` : ''}`;

/** The same runs one below the other, the latest first. */
export function RunRows({ runs, hits, zone }: { runs: RunAnalytics[]; hits: Hits; zone: string }) {
  return (
    <Rows
      label="Runs"
      minWidth={760}
      narrow="stack"
      columns={['Run', 'Due', 'Status', 'Outcomes', 'Sent', 'Failed', 'Clicked', 'Finished']}
    >
      {runs.map((run) => (
        <Table.Tr key={run.run_id}>
          <Table.Td>
            <TextLink to="/runs/$runId" params={{ runId: String(run.run_id) }}>
              #{run.run_id}
            </TextLink>
          </Table.Td>
          <Table.Td>
            <Moment at={run.scheduled_for} zone={zone} />
          </Table.Td>
          <Table.Td>
            <GoingDot run={run} />
            {run.reason !== null && (
              <Text size="xs" c="dimmed" maw={260} lineClamp={2}>
                {run.reason}
              </Text>
            )}
          </Table.Td>
          <Table.Td w={130}>{run.audience > 0 ? <OutcomeBar counts={run} /> : '–'}</Table.Td>
          <Table.Td>{count(run.sent)}</Table.Td>
          <Table.Td>{count(run.failed)}</Table.Td>
          <Table.Td>{rateWords(sharesOf(countedBy(run, hits)).clicked, run.sent)}</Table.Td>
          <Table.Td>
            <Moment past at={run.finished_at} zone={zone} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Rows>
  );
}
