import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CampaignAnalytics, Counts } from '../api/types.js';
import { analyticsQuery, campaignsQuery } from '../campaigns/campaign-queries.js';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { Figure } from '../elements/figure.js';
import { count, countOf, share, shareOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { OutcomeBar, OutcomeFigures } from '../elements/outcome-bar.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { Providers } from '../system/providers.js';
import { ComingUp } from './coming-up.js';
import { NeedsAttention } from './needs-attention.js';
import { RunningNow } from './running-now.js';

type Totals = Counts & Pick<CampaignAnalytics, 'opened' | 'clicked'>;

const NOTHING: Totals = { audience: 0, pending: 0, sent: 0, failed: 0, skipped: 0, in_doubt: 0, opened: 0, clicked: 0 };

/** All campaigns together. */
const totalOf = (campaigns: Totals[]): Totals =>
  campaigns.reduce(
    (sum, part) =>
      Object.fromEntries(
        Object.keys(NOTHING).map((key) => [key, sum[key as keyof Totals] + part[key as keyof Totals]]),
      ) as never,
    NOTHING,
  );

/** What is going on, at a glance. */
export function OverviewScreen() {
  const analytics = useQuery(analyticsQuery);
  const campaigns = useQuery(campaignsQuery);
  return (
    <Screen
      title="Overview"
      about={campaigns.data && `${countOf(campaigns.data.length, 'campaign')}, all runs together`}
      actions={
        <ButtonLink to="/campaigns/new" leftSection={<Icon name="plus" size={16} />}>
          New campaign
        </ButtonLink>
      }
    >
      <Loaded query={analytics} height={290}>
        {(byCampaign) =>
          byCampaign.size === 0 ? <FirstSteps /> : <Totals totals={totalOf([...byCampaign.values()])} />
        }
      </Loaded>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          <RunningNow />
          <NeedsAttention />
        </Stack>
        <Stack gap="lg">
          <ComingUp />
          <Providers />
        </Stack>
      </SimpleGrid>
    </Screen>
  );
}

function Totals({ totals }: { totals: Totals }) {
  const { audience, sent, failed, skipped, opened, clicked } = totals;
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure label="Sent" value={count(sent)} note={`${share(shareOf(sent, audience))} of everyone`} />
        <Figure
          label="Failed"
          value={count(failed)}
          note={`${share(shareOf(failed, audience))}; ${count(skipped)} left out`}
        />
        <Figure label="Opened" value={count(opened)} note={`${share(shareOf(opened, sent))}, an estimate`} />
        <Figure label="Clicked" value={count(clicked)} note={`${share(shareOf(clicked, sent))} of those sent`} />
      </SimpleGrid>
      <Panel title="Where everyone is">
        <Stack gap="sm">
          <OutcomeBar counts={totals} height={12} />
          <OutcomeFigures counts={totals} />
        </Stack>
      </Panel>
    </Stack>
  );
}

const FirstSteps = () => (
  <Panel>
    <Empty icon="bell" title="Nothing was sent yet" command={curl('POST', '/seed')}>
      Import contacts and write a campaign, or fill this installation with demo data:
    </Empty>
  </Panel>
);
