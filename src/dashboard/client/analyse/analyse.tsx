import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Campaign, CampaignAnalyticsDetail, RunAnalytics } from '../api/types.js';
import { campaignAnalyticsQuery } from '../campaigns/campaign-queries.js';
import { Empty } from '../elements/empty.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { OutcomeBar, OutcomeFigures } from '../elements/outcome-bar.js';
import { Panel } from '../elements/panel.js';
import { RateBases } from '../elements/rate-bases.js';
import { useFollowed } from '../elements/use-followed.js';
import { Cohort } from './cohort.js';
import { Failures } from './failures.js';
import { Funnel } from './funnel.js';
import { Headline } from './headline.js';
import { HeatMap } from './heat-map.js';
import { Links } from './links.js';
import { RunBars, RunRows } from './run-history.js';
import { Timeline } from './timeline.js';
import { useView } from './use-view.js';
import { Variants } from './variants.js';
import { ViewChoice } from './view-choice.js';
import { Waits } from './waits.js';

const REPORTS = ['reports'];

/** How a campaign went, over all of its runs or in one of them. */
export function Analyse({ campaign }: { campaign: Campaign }) {
  const query = useQuery(campaignAnalyticsQuery(campaign.id));
  return (
    <Loaded query={query} height={1_200}>
      {(analytics) =>
        analytics.runs.length === 0 ? (
          <Panel>
            <Empty icon="campaign" title="No run yet">
              {campaign.status === 'paused' ? (
                'It is paused: none opens before it is resumed.'
              ) : (
                <>
                  Next: <Moment at={analytics.next_run_at} zone={campaign.time_zone} never="nothing is planned" />.
                </>
              )}{' '}
              What was sent, and to whom, appears here as soon as the first run opens.
            </Empty>
          </Panel>
        ) : (
          <Reports campaign={campaign} analytics={analytics} />
        )
      }
    </Loaded>
  );
}

function Reports({ campaign, analytics }: { campaign: Campaign; analytics: CampaignAnalyticsDetail }) {
  const [view] = useView();
  const { last_updated: _, ...figures } = analytics;
  useFollowed(JSON.stringify(figures), REPORTS);
  const run: RunAnalytics | undefined = analytics.runs.find(({ run_id }) => run_id === view.run);
  const counts = run ?? analytics;
  const subject = run ? { kind: 'runs' as const, id: run.run_id } : { kind: 'campaigns' as const, id: campaign.id };
  return (
    <Stack gap="lg">
      <ViewChoice runs={analytics.runs} zone={campaign.time_zone} />
      <Stack gap="xs">
        <Headline analytics={analytics} counts={counts} hits={view.hits} />
        <RateBases />
      </Stack>
      <Panel title="What became of everyone">
        <Stack gap="sm">
          <OutcomeBar counts={counts} height={12} />
          <OutcomeFigures counts={counts} />
        </Stack>
      </Panel>
      <Timeline subject={subject} counts={counts} hits={view.hits} />
      {campaign.variants !== null && <Variants subject={subject} hits={view.hits} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Funnel counts={counts} hits={view.hits} />
        <Panel title="Run by run">
          <RunBars runs={analytics.runs} zone={campaign.time_zone} />
        </Panel>
      </SimpleGrid>
      <Failures subject={subject} runs={run ? [run] : analytics.runs} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <HeatMap subject={subject} hits={view.hits} />
        <Waits subject={subject} hits={view.hits} />
      </SimpleGrid>
      <Links campaignId={campaign.id} runId={run?.run_id ?? null} hits={view.hits} />
      {!run && <Cohort campaignId={campaign.id} hits={view.hits} />}
      <Panel title="History" flush>
        <RunRows runs={analytics.runs} hits={view.hits} zone={campaign.time_zone} />
      </Panel>
    </Stack>
  );
}
