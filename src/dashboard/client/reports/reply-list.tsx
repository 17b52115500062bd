import { Skeleton, Table } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Empty } from '../elements/empty.js';
import { wordsOfCode } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { LongRows } from '../elements/long-rows.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { Trouble } from '../elements/trouble.js';
import { repliesQuery } from './report-queries.js';

const COLUMNS: [string, string][] = [
  ['From', '11rem'],
  ['Text', '45%'],
  ['Asked for', '7rem'],
  ['By', '9rem'],
  ['When', '9rem'],
];

/** What people wrote to the numbers that messages came from. STOP and START were obeyed when they came. */
export function ReplyList() {
  const query = useInfiniteQuery(repliesQuery);
  const rows = query.data?.pages.flatMap((part) => part.rows);
  return (
    <Panel title="Replies" flush>
      <Trouble error={query.error} />
      {rows === undefined ? (
        query.error === null && <Skeleton height={240} radius={0} />
      ) : rows.length > 0 ? (
        <LongRows
          label="Replies"
          narrow="two"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ id }) => id}
          cells={({ phone, contact_id, text, keyword, source, at }) => (
            <>
              <Table.Td>
                {contact_id === null ? (
                  phone
                ) : (
                  <TextLink to="/contacts/$contactId" params={{ contactId: String(contact_id) }}>
                    {phone}
                  </TextLink>
                )}
              </Table.Td>
              <Table.Td>{text}</Table.Td>
              <Table.Td>{keyword === null ? '–' : wordsOfCode(keyword)}</Table.Td>
              <Table.Td>{source}</Table.Td>
              <Table.Td>
                <Moment past at={at} />
              </Table.Td>
            </>
          )}
        />
      ) : (
        <Empty icon="sms" title="Nobody has written yet">
          Texts come here when the webhook of an SMS account leads to this installation. STOP and START are obeyed as
          they come; nothing else is acted on.
        </Empty>
      )}
      <More query={query} />
    </Panel>
  );
}
