import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { analyticsQuery } from '../campaigns/campaign-queries.js';
import { count, share, shareOf } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { OutcomeBar } from '../elements/outcome-bar.js';
import { Panel } from '../elements/panel.js';

/** The campaigns that are sending at this moment, with how far they are. */
export function RunningNow() {
  const query = useQuery(analyticsQuery);
  return (
    <Panel title="Running now">
      <Loaded query={query} height={60}>
        {(byCampaign) => {
          const running = [...byCampaign.values()].filter(({ status }) => status === 'processing');
          if (running.length === 0)
            return (
              <Text c="dimmed" size="sm">
                Nothing at this moment.
              </Text>
            );
          return (
            <Stack gap="md">
              {running.map((campaign) => (
                <div key={campaign.campaign_id}>
                  <Group justify="space-between" gap="xs" mb={4}>
                    <TextLink
                      to="/campaigns/$campaignId"
                      params={{ campaignId: String(campaign.campaign_id) }}
                      fw={550}
                      size="sm"
                    >
                      {campaign.campaign_name}
                    </TextLink>
                    <Text size="xs" c="dimmed" className="figures">
                      {count(campaign.pending)} pending ·{' '}
                      {share(shareOf(campaign.audience - campaign.pending, campaign.audience))}
                    </Text>
                  </Group>
                  <OutcomeBar counts={campaign} />
                </div>
              ))}
            </Stack>
          );
        }}
      </Loaded>
    </Panel>
  );
}
