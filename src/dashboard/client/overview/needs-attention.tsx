import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Campaign, CampaignAnalytics } from '../api/types.js';
import { analyticsQuery, campaignsQuery } from '../campaigns/campaign-queries.js';
import { countOf, share } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';

/** What somebody should look at about a campaign; null where all is well. */
function concernOf(campaign: Campaign, analytics: CampaignAnalytics | undefined): string | null {
  if (campaign.status === 'failed' || (campaign.status === 'paused' && campaign.status_reason !== null))
    return campaign.status_reason ?? 'It failed.';
  if (!analytics) return null;
  if (analytics.in_doubt > 0) return `${countOf(analytics.in_doubt, 'recipient')} in doubt.`;
  const { failed, rates } = analytics;
  return failed > 0 ? `${countOf(failed, 'recipient')} failed, ${share(rates.failure_rate)} of everyone.` : null;
}

/** Campaigns that failed, stand still by themselves, or have recipients who did not get it. */
export function NeedsAttention() {
  const query = useQuery(campaignsQuery);
  const { data: analytics } = useQuery(analyticsQuery);
  return (
    <Panel title="To look at">
      <Loaded query={query} height={60}>
        {(campaigns) => {
          const concerns = campaigns.flatMap((campaign) => {
            const concern = concernOf(campaign, analytics?.get(campaign.id));
            return concern === null ? [] : [{ campaign, concern }];
          });
          if (concerns.length === 0)
            return (
              <Text c="dimmed" size="sm">
                Nothing: every recipient got it or was rightly left out.
              </Text>
            );
          return (
            <Stack gap="xs">
              {concerns.slice(0, 8).map(({ campaign: { id, name }, concern }) => (
                <div key={id}>
                  <TextLink to="/campaigns/$campaignId" params={{ campaignId: String(id) }} fw={550} size="sm">
                    {name}
                  </TextLink>
                  <Text size="xs" c="dimmed">
                    {concern}
                  </Text>
                </div>
              ))}
            </Stack>
          );
        }}
      </Loaded>
    </Panel>
  );
}
