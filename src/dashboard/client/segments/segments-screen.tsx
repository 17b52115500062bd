import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Segment } from '../api/types.js';
import { ruleInWords } from './rule-in-words.js';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { count, countOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink, TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { Screen } from '../elements/screen.js';
import { segmentsQuery } from './segment-queries.js';

/** A size with how well it is known. */
const sizeOf = ({ size, size_is }: Segment): string =>
  size === null ? 'unknown' : `${size_is === 'estimate' ? 'about ' : ''}${count(size)}`;

/** Every segment with its size now. */
export function SegmentsScreen() {
  const query = useQuery(segmentsQuery);
  return (
    <Screen
      title="Segments"
      about={query.data && countOf(query.data.length, 'segment')}
      actions={
        <ButtonLink needs="write" to="/segments/new" leftSection={<Icon name="plus" size={16} />}>
          New segment
        </ButtonLink>
      }
    >
      <Panel flush>
        <Loaded query={query} height={300}>
          {(segments) =>
            segments.length === 0 ? (
              <Empty icon="segment" title="No segment yet" command={curl('POST', '/segments', { name: 'vip' })}>
                A segment is a named part of your contacts: a list of them, or a rule that is asked anew for every run.
              </Empty>
            ) : (
              <Rows label="Segments" narrow="two" columns={['Segment', 'Contacts', 'Kind', 'Who', 'Changed']}>
                {segments.map((segment) => (
                  <Table.Tr key={segment.id}>
                    <Table.Td>
                      <TextLink to="/segments/$segmentId" params={{ segmentId: String(segment.id) }} fw={550}>
                        {segment.name}
                      </TextLink>
                    </Table.Td>
                    <Table.Td>{sizeOf(segment)}</Table.Td>
                    <Table.Td>{segment.kind === 'rule' ? 'Rule' : 'Static'}</Table.Td>
                    <Table.Td>
                      <Text size="sm" c="dimmed" lineClamp={2} maw={420}>
                        {segment.description ??
                          (segment.rule ? ruleInWords(segment.rule) : 'Those who were put into it')}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Moment past at={segment.updated_at} />
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
