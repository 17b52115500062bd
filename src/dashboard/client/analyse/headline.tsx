import { SimpleGrid } from '@mantine/core';
import type { CampaignAnalytics, RunAnalytics } from '../api/types.js';
import { Figure } from '../elements/figure.js';
import { count, countOf, share, shareOf } from '../elements/figures.js';
import { Moment } from '../elements/moment.js';
import type { Hits } from './analyse-queries.js';

/** What is looked at in four figures. */
export function Headline(props: {
  analytics: CampaignAnalytics;
  counts: CampaignAnalytics | RunAnalytics;
  hits: Hits;
}) {
  const { analytics, counts, hits } = props;
  const clicked = hits === 'human' ? counts.clicked : counts.clicked_all;
  return (
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
        value={share(counts.rates.sent_rate)}
        note={`${count(counts.sent)} of ${count(counts.audience)}`}
      />
      <Figure label="Failed" value={share(counts.rates.failure_rate)} note={countOf(counts.failed, 'recipient')} />
      <Figure label="Clicked" value={share(shareOf(clicked, counts.sent))} note={countOf(clicked, 'recipient')} />
    </SimpleGrid>
  );
}
