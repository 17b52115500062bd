import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Campaign } from '../api/types.js';
import { Empty } from '../elements/empty.js';
import { curl } from '../elements/command.js';
import { count, countOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { BulkActions } from './bulk-actions.js';
import { CampaignFilters } from './campaign-filters.js';
import { analyticsQuery, campaignsQuery } from './campaign-queries.js';
import { CampaignRows } from './campaign-rows.js';

const EXAMPLE = {
  name: 'Weekly news',
  type: 'recurring',
  schedule_time: '2027-01-04T09:00:00',
  time_zone: 'Europe/Berlin',
  frequency: 'weekly',
  message: 'Hi {{ first_name | default: "there" }}!',
};

const howMany = (shown: number, all: number): string =>
  shown === all ? countOf(all, 'campaign') : `${count(shown)} of ${countOf(all, 'campaign')}`;

/** Every campaign: what it is, where it stands, how its last run went. */
export function CampaignsScreen() {
  const search = useSearch({ from: '/campaigns' });
  const query = useQuery(campaignsQuery);
  const { data: analytics } = useQuery(analyticsQuery);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const matches = ({ id, name, status, channel, recurrence_message: words }: Campaign) =>
    (search.status === undefined || status === search.status) &&
    (search.channel === undefined || channel === search.channel) &&
    (search.outcome !== 'failed' || (analytics?.get(id)?.failed ?? 0) > 0) &&
    (search.q === undefined || `${name} ${words}`.toLowerCase().includes(search.q.toLowerCase()));
  const shown = (query.data ?? []).filter(matches);

  return (
    <Screen
      title="Campaigns"
      about={query.data && howMany(shown.length, query.data.length)}
      actions={
        <ButtonLink needs="write" to="/campaigns/new" leftSection={<Icon name="plus" size={16} />}>
          New campaign
        </ButtonLink>
      }
    >
      <CampaignFilters />
      <BulkActions campaigns={shown.filter(({ id }) => selected.has(id))} onDone={() => setSelected(new Set())} />
      <Panel flush>
        <Loaded query={query} height={420}>
          {(all) =>
            all.length === 0 ? (
              <Empty icon="campaign" title="No campaign yet" command={curl('POST', '/campaigns/', EXAMPLE)}>
                A campaign says what to send, to whom, by which channel and when. Make the first with the button above,
                or so:
              </Empty>
            ) : (
              <CampaignRows campaigns={shown} selected={selected} onSelect={setSelected} />
            )
          }
        </Loaded>
        {query.data && query.data.length > 0 && shown.length === 0 && (
          <Text c="dimmed" ta="center" p="lg">
            No campaign matches. Clear the search or the filters to see all of them.
          </Text>
        )}
      </Panel>
    </Screen>
  );
}
