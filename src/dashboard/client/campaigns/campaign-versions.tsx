import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { api } from '../api/client.js';
import type { Campaign, VersionSummary } from '../api/types.js';
import { wordsOfCode } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { useBar } from '../elements/needs.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { Trouble } from '../elements/trouble.js';
import { offerUndo } from '../elements/undo.js';
import { versionsQuery } from './campaign-queries.js';
import { possible } from './use-campaign-actions.js';
import { VersionDiff } from './version-diff.js';

/** What the campaign said since it was made, how two versions differ, and the way back to one. */
export function CampaignVersions({ campaign }: { campaign: Campaign }) {
  const search = useSearch({ from: '/campaigns/$campaignId' });
  const query = useInfiniteQuery(versionsQuery(campaign));
  const restore = useRestore(campaign);
  const versions = query.data?.pages.flatMap((part) => part.rows) ?? [];
  const number = (text: string | undefined) => (/^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : null);
  const to = number(search.to) ?? campaign.content_version;
  const from = number(search.from) ?? to - 1;
  return (
    <Stack gap="lg">
      <Panel title="Versions" flush>
        <Trouble error={query.error} />
        <Rows
          label="Versions"
          minWidth={620}
          narrow="stack"
          columns={['Version', 'Said since', 'What changed', 'By', '']}
        >
          {versions.map((version) => (
            <VersionRow key={version.number} campaign={campaign} version={version} shown={to} onRestore={restore} />
          ))}
        </Rows>
        <More query={query} />
      </Panel>
      {from > 0 ? (
        <VersionDiff campaignId={campaign.id} from={from} to={to} />
      ) : (
        <Text size="sm" c="dimmed">
          Nothing was said before: every edit of the content makes a version, and they are compared here.
        </Text>
      )}
    </Stack>
  );
}

function VersionRow(props: {
  campaign: Campaign;
  version: VersionSummary;
  shown: number;
  onRestore: (number: number) => void;
}) {
  const { campaign, version, shown, onRestore } = props;
  const bar = useBar('write');
  const { number, created_at, created_by, changed } = version;
  const isPresent = number === campaign.content_version;
  return (
    <Table.Tr bg={number === shown ? 'var(--paper)' : undefined}>
      <Table.Td fw={550}>
        {number}
        {isPresent && ', now'}
      </Table.Td>
      <Table.Td>
        <Moment past at={created_at} />
      </Table.Td>
      <Table.Td>{changed.length === 0 ? 'The first' : changed.map(wordsOfCode).join(', ')}</Table.Td>
      <Table.Td>{created_by ?? '–'}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {number > 1 && (
            <TextLink
              size="sm"
              to="/campaigns/$campaignId"
              params={{ campaignId: String(campaign.id) }}
              search={{ tab: 'versions', from: String(number - 1), to: String(number) }}
              resetScroll={false}
              aria-label={`Compare version ${number} with the one before`}
            >
              Compare
            </TextLink>
          )}
          {!isPresent && possible.edit(campaign.status) && (
            <Button
              size="compact-xs"
              variant="default"
              {...bar}
              onClick={() => onRestore(number)}
              aria-label={`Restore version ${number}`}
            >
              Restore
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** Lets the campaign say again what it said, and offers to take that back, which is a new version as well. */
function useRestore({ id, content_version: present }: Campaign): (number: number) => void {
  const queries = useQueryClient();
  const restore = async (number: number) => {
    await api.POST('/campaigns/{id}/versions/{number}/restore', { params: { path: { id, number } } });
    await Promise.all(['campaigns', 'forecasts'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  return (number) =>
    void restore(number).then(
      () => offerUndo(`It says again what it said in version ${number}.`, () => restore(present)),
      tellTrouble,
    );
}
