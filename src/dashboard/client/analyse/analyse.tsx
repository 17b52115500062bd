import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Analysis, Campaign, CampaignAnalyticsDetail, RunAnalytics } from '../api/types.js';
import { campaignAnalyticsQuery } from '../campaigns/campaign-queries.js';
import { Empty } from '../elements/empty.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { OutcomeBar, OutcomeFigures } from '../elements/outcome-bar.js';
import { Panel } from '../elements/panel.js';
import { RateBases } from '../elements/rate-bases.js';
import { useFollowed } from '../elements/use-followed.js';
import { analysisQuery } from './analyse-queries.js';
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
          <Reports campaign={campaign} head={analytics} />
        )
      }
    </Loaded>
  );
}

/** The head is asked often and costs little; where it has another figure all that is shown is asked anew, as of one moment. */
function Reports({ campaign, head }: { campaign: Campaign; head: CampaignAnalyticsDetail }) {
  const [view] = useView();
  const { last_updated: _, ...figures } = head;
  useFollowed(JSON.stringify(figures), REPORTS);
  const known = head.runs.some(({ run_id }) => run_id === view.run);
  const query = useQuery(analysisQuery(campaign.id, known ? view : { ...view, run: null }));
  return (
    <Stack gap="lg">
      <ViewChoice runs={head.runs} zone={campaign.time_zone} />
      <Loaded query={query} height={1_200}>
        {(analysis) => <Panels campaign={campaign} analysis={analysis} />}
      </Loaded>
    </Stack>
  );
}

function Panels({ campaign, analysis }: { campaign: Campaign; analysis: Analysis }) {
  const { analytics, hits, run_id } = analysis;
  const run: RunAnalytics | undefined = analytics.runs.find((one) => one.run_id === run_id);
  const counts = run ?? analytics;
  const subject = run ? { kind: 'runs' as const, id: run.run_id } : { kind: 'campaigns' as const, id: campaign.id };
  return (
    <>
      <Stack gap="xs">
        <Headline analytics={analytics} counts={counts} hits={hits} />
        <RateBases />
      </Stack>
      <Panel title="What became of everyone">
        <Stack gap="sm">
          <OutcomeBar counts={counts} height={12} />
          <OutcomeFigures counts={counts} />
        </Stack>
      </Panel>
      <Timeline timeline={analysis.timeline} subject={subject} counts={counts} hits={hits} />
      {campaign.variants !== null && <Variants runs={analysis.variants} hits={hits} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Funnel counts={counts} hits={hits} />
        <Panel title="Run by run">
          <RunBars runs={analytics.runs} zone={campaign.time_zone} />
        </Panel>
      </SimpleGrid>
      <Failures failures={analysis.failures} subject={subject} runs={run ? [run] : analytics.runs} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <HeatMap map={analysis.click_heat_map} subject={subject} hits={hits} />
        <Waits report={analysis.time_to_click} subject={subject} hits={hits} />
      </SimpleGrid>
      <Links links={analysis.links} runId={run?.run_id ?? null} hits={hits} />
      {!run && <Cohort runs={analysis.cohort} campaignId={campaign.id} hits={hits} />}
      <Panel title="History" flush>
        <RunRows runs={analytics.runs} hits={hits} zone={campaign.time_zone} />
      </Panel>
    </>
  );
}
