import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Empty } from '../elements/empty.js';
import { Figure } from '../elements/figure.js';
import { count, countOf, share } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { OutcomeBar, OutcomeFigures } from '../elements/outcome-bar.js';
import { Panel } from '../elements/panel.js';
import { campaignAnalyticsQuery } from './campaign-queries.js';
import { Failures } from './failures.js';
import { Funnel } from './funnel.js';
import { RunBars, RunRows } from './run-history.js';

/** How a campaign went, over all of its runs and run by run. */
export function Analyse({ campaignId }: { campaignId: number }) {
  const query = useQuery(campaignAnalyticsQuery(campaignId));
  return (
    <Loaded query={query} height={560}>
      {(analytics) => (
        <Stack gap="lg">
          <SimpleGrid cols={{ base: 2, md: 4 }}>
            <Figure
              label="Runs"
              value={count(analytics.run_count)}
              note={
                <>
                  last <Moment at={analytics.last_run_at} never="never" />
                </>
              }
            />
            <Figure
              label="Sent"
              value={share(analytics.rates.sent_rate)}
              note={`${count(analytics.sent)} of ${count(analytics.audience)}`}
            />
            <Figure
              label="Failed"
              value={share(analytics.rates.failure_rate)}
              note={countOf(analytics.failed, 'recipient')}
            />
            <Figure
              label="Clicked"
              value={share(analytics.rates.click_rate)}
              note={countOf(analytics.clicked, 'recipient')}
            />
          </SimpleGrid>
          {analytics.runs.length === 0 ? (
            <Panel>
              <Empty icon="campaign" title="No run yet">
                Next: <Moment at={analytics.next_run_at} never="nothing is planned" />. What was sent, and to whom,
                appears here as soon as the first run opens.
              </Empty>
            </Panel>
          ) : (
            <>
              <Panel title="What became of everyone">
                <Stack gap="sm">
                  <OutcomeBar counts={analytics} height={12} />
                  <OutcomeFigures counts={analytics} />
                </Stack>
              </Panel>
              <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
                <Funnel analytics={analytics} />
                <Panel title="Run by run">
                  <RunBars runs={analytics.runs} />
                </Panel>
              </SimpleGrid>
              <Failures runs={analytics.runs} />
              <Panel title="History" flush>
                <RunRows runs={analytics.runs} />
              </Panel>
            </>
          )}
        </Stack>
      )}
    </Loaded>
  );
}
