import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { Analyse } from '../analyse/analyse.js';
import type { Campaign } from '../api/types.js';
import { TabLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Screen } from '../elements/screen.js';
import { TabRow } from '../elements/tab-row.js';
import { CampaignAbout } from './campaign-about.js';
import { CampaignActions } from './campaign-actions.js';
import { CampaignContent } from './campaign-content.js';
import { CampaignSchedule } from './campaign-schedule.js';
import { CampaignVersions } from './campaign-versions.js';
import { campaignQuery } from './campaign-queries.js';

const TABS = [
  ['analyse', 'Analyse'],
  ['schedule', 'Schedule'],
  ['content', 'Content'],
  ['versions', 'Versions'],
] as const;

/** One campaign: what can be done with it, and how it goes. */
export function CampaignScreen() {
  const { campaignId } = useParams({ from: '/campaigns/$campaignId' });
  const query = useQuery(campaignQuery(Number(campaignId)));
  return (
    <Screen
      title={query.data?.name ?? `Campaign ${campaignId}`}
      about={query.data ? <CampaignAbout campaign={query.data} /> : ' '}
      actions={query.data && <CampaignActions campaign={query.data} />}
    >
      <Loaded query={query} height={600}>
        {(campaign) => <CampaignTabs campaign={campaign} />}
      </Loaded>
    </Screen>
  );
}

function CampaignTabs({ campaign }: { campaign: Campaign }) {
  const search = useSearch({ from: '/campaigns/$campaignId' });
  const tab = TABS.find(([value]) => value === search.tab)?.[0] ?? 'analyse';
  const params = { campaignId: String(campaign.id) };
  return (
    <Tabs value={tab} keepMounted={false}>
      <TabRow shown={tab}>
        {TABS.map(([value, label]) => (
          <TabLink
            key={value}
            value={value}
            to="/campaigns/$campaignId"
            params={params}
            search={{ tab: value === 'analyse' ? undefined : value }}
          >
            {label}
          </TabLink>
        ))}
      </TabRow>
      <Tabs.Panel value="analyse">
        <Analyse campaign={campaign} />
      </Tabs.Panel>
      <Tabs.Panel value="schedule">
        <CampaignSchedule campaign={campaign} />
      </Tabs.Panel>
      <Tabs.Panel value="content">
        <CampaignContent campaign={campaign} />
      </Tabs.Panel>
      <Tabs.Panel value="versions">
        <CampaignVersions campaign={campaign} />
      </Tabs.Panel>
    </Tabs>
  );
}
