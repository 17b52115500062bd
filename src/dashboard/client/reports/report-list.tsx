import { Select, Skeleton, Table } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Report } from '../api/types.js';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { TextLink } from '../elements/links.js';
import { LongRows } from '../elements/long-rows.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { Dot } from '../elements/status.js';
import { Trouble } from '../elements/trouble.js';
import { isReportKind, REPORT_WORDS, reportsQuery } from './report-queries.js';

const COLOURS: Record<Report['kind'], string> = {
  delivered: 'var(--sent)',
  opened: 'var(--opened)',
  bounced: 'var(--failed)',
  soft_bounced: 'var(--in-doubt)',
  complained: 'var(--failed)',
  unsubscribed: 'var(--skipped)',
};

const COLUMNS: [string, string][] = [
  ['What', '12rem'],
  ['Contact', '8rem'],
  ['Run', '5rem'],
  ['Words', '40%'],
  ['By', '9rem'],
  ['When', '9rem'],
];

/** What providers and mail servers told of messages after they had taken them. */
export function ReportList() {
  const { kind: asked } = useSearch({ from: '/reports' });
  const navigate = useNavigate({ from: '/reports' });
  const kind = isReportKind(asked) ? asked : undefined;
  const query = useInfiniteQuery(reportsQuery(kind));
  const rows = query.data?.pages.flatMap((part) => part.rows);
  return (
    <Panel
      title="Reports"
      flush
      aside={
        <Select
          size="xs"
          w={200}
          aria-label="Kind of report"
          placeholder="Any kind"
          clearable
          clearButtonProps={{ 'aria-label': 'Any kind' }}
          data={Object.entries(REPORT_WORDS).map(([value, label]) => ({ value, label }))}
          value={kind ?? null}
          onChange={(value) =>
            void navigate({ search: (before) => ({ ...before, kind: value ?? undefined }), replace: true })
          }
        />
      }
    >
      <Trouble error={query.error} />
      {rows === undefined ? (
        query.error === null && <Skeleton height={240} radius={0} />
      ) : rows.length > 0 ? (
        <LongRows
          label="Reports"
          narrow="two"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ id }) => id}
          cells={(report) => <ReportCells report={report} />}
        />
      ) : (
        <Empty
          icon="report"
          title={kind === undefined ? 'Nothing was reported yet' : 'Nothing of that kind was reported'}
          command={
            kind === undefined
              ? curl('POST', '/inbound/mail', { file: 'bounce.eml', type: 'message/rfc822' })
              : undefined
          }
        >
          Bounces, complaints and deliveries come here when an account’s webhook leads to this installation, as the
          settings say; what comes back by email is handed over so:
        </Empty>
      )}
      <More query={query} />
    </Panel>
  );
}

function ReportCells({ report: { kind, contact_id, run_id, words, source, at } }: { report: Report }) {
  return (
    <>
      <Table.Td>
        <Dot wrap colour={COLOURS[kind]}>
          {REPORT_WORDS[kind]}
        </Dot>
      </Table.Td>
      <Table.Td>
        {contact_id === null ? (
          'nobody known'
        ) : (
          <TextLink to="/contacts/$contactId" params={{ contactId: String(contact_id) }}>
            Contact {contact_id}
          </TextLink>
        )}
      </Table.Td>
      <Table.Td>
        {run_id === null ? (
          '–'
        ) : (
          <TextLink to="/runs/$runId" params={{ runId: String(run_id) }}>
            #{run_id}
          </TextLink>
        )}
      </Table.Td>
      <Table.Td>{words ?? '–'}</Table.Td>
      <Table.Td>{source}</Table.Td>
      <Table.Td>
        <Moment past at={at} />
      </Table.Td>
    </>
  );
}
