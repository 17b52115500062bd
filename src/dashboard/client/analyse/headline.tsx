import { SimpleGrid } from '@mantine/core';
import type { CampaignAnalytics, RunAnalytics } from '../api/types.js';
import { Figure } from '../elements/figure.js';
import { count, countedWords, rateWords, share } from '../elements/figures.js';
import { Moment } from '../elements/moment.js';
import { countedBy, sharesOf } from '../elements/shares.js';
import type { Hits } from './analyse-queries.js';

/** What is looked at in four figures. */
export function Headline(props: {
  analytics: CampaignAnalytics;
  counts: CampaignAnalytics | RunAnalytics;
  hits: Hits;
}) {
  const { analytics, counts, hits } = props;
  const { sent, failed, click_base } = counts;
  const counted = countedBy(counts, hits);
  const shares = sharesOf(counted);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure
        label="Runs of the campaign"
        value={count(analytics.run_count)}
        note={
          <>
            last <Moment past at={analytics.last_run_at} never="never" />
          </>
        }
      />
      <Figure label="Sent" value={count(sent)} note={`${share(shares.sent)} of ${count(sent + failed)} answered`} />
      <Figure label="Failed" value={count(failed)} note={share(shares.failed)} />
      <Figure
        label="Clicked"
        value={countedWords(counted.clicked, click_base, sent)}
        note={rateWords(shares.clicked, sent)}
      />
    </SimpleGrid>
  );
}
