import { Box, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { ComparedCampaign } from '../api/types.js';
import { curl } from '../elements/command.js';
import { CsvButton } from '../elements/csv-button.js';
import { Empty } from '../elements/empty.js';
import { count, rateWords } from '../elements/figures.js';
import { ButtonLink, TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { RateBases } from '../elements/rate-bases.js';
import { RateRange } from '../elements/rate-range.js';
import { Rows } from '../elements/rows.js';
import { Screen } from '../elements/screen.js';
import { sharesOf } from '../elements/shares.js';
import { GoingDot } from '../elements/status.js';
import { comparisonQuery, MOST_COMPARED } from './campaign-queries.js';

/** The shares with the names of their ranges. */
const RATES = [
  ['sent', 'delivered_rate', 'Sent', 'var(--sent)'],
  ['failed', 'failure_rate', 'Failed', 'var(--failed)'],
  ['opened', 'open_rate', 'Opened', 'var(--opened)'],
  ['clicked', 'click_rate', 'Clicked', 'var(--clicked)'],
] as const;

/** The campaigns that an address names, `3-7-12`. */
const idsOf = (text = ''): number[] => [
  ...new Set(
    text
      .split('-')
      .filter((id) => /^\d{1,15}$/.test(id))
      .map(Number),
  ),
];

/** Campaigns side by side. */
export function ComparisonScreen() {
  const ids = idsOf(useSearch({ from: '/campaigns/compare' }).campaigns).slice(0, MOST_COMPARED);
  const query = useQuery(comparisonQuery(ids));
  const path = `/analytics/compare?${ids.map((id) => `campaign_id=${id}`).join('&')}`;
  return (
    <Screen
      title="Comparison"
      about="Where the ranges of two rates do not overlap, the rates surely differ (95 %)."
      actions={
        <ButtonLink variant="default" to="/campaigns">
          All campaigns
        </ButtonLink>
      }
    >
      {ids.length < 2 ? (
        <Panel>
          <Empty
            icon="campaign"
            title="Nothing to compare"
            command={curl('GET', '/analytics/compare?campaign_id=1&campaign_id=2')}
          >
            Choose two to {MOST_COMPARED} campaigns in their list and press Compare, or ask so:
          </Empty>
        </Panel>
      ) : (
        <Panel
          title="Campaigns side by side"
          flush
          aside={<CsvButton path={`${path}&format=csv`} name="comparison.csv" />}
        >
          <Loaded query={query} height={240}>
            {(campaigns) => (
              <>
                <ComparedRows campaigns={campaigns} />
                <Box p="sm">
                  <RateBases />
                </Box>
              </>
            )}
          </Loaded>
        </Panel>
      )}
    </Screen>
  );
}

function ComparedRows({ campaigns }: { campaigns: ComparedCampaign[] }) {
  const highest = (rate: (typeof RATES)[number][1]) =>
    Math.max(...campaigns.map(({ intervals }) => intervals[rate]?.high ?? 0));
  return (
    <Rows
      label="Comparison"
      minWidth={860}
      narrow="two"
      columns={['Campaign', 'Runs', 'Audience', ...RATES.map(([, , name]) => name)]}
    >
      {campaigns.map((campaign) => (
        <Table.Tr key={campaign.campaign_id}>
          <Table.Td>
            <TextLink to="/campaigns/$campaignId" params={{ campaignId: String(campaign.campaign_id) }} fw={550}>
              {campaign.campaign_name}
            </TextLink>
            <Text size="xs" component="div" c="dimmed">
              <GoingDot run={campaign} />
            </Text>
            <Text size="xs" hiddenFrom="sm">
              {RATES.map(([deed, , name]) => `${name} ${rateWords(sharesOf(campaign)[deed], campaign.sent)}`).join(
                ' · ',
              )}
            </Text>
          </Table.Td>
          <Table.Td>{count(campaign.run_count)}</Table.Td>
          <Table.Td>{count(campaign.audience)}</Table.Td>
          {RATES.map(([deed, rate, , colour]) => (
            <Table.Td key={rate} miw={120}>
              <RateRange
                rate={sharesOf(campaign)[deed]}
                interval={campaign.intervals[rate]}
                highest={highest(rate)}
                colour={colour}
                none={rateWords(null, campaign.sent)}
              />
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Rows>
  );
}
