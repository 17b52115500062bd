import { Alert, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Run } from '../api/types.js';
import { campaignQuery } from '../campaigns/campaign-queries.js';
import { Icon } from '../elements/icon.js';
import { TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { Screen } from '../elements/screen.js';
import { GoingDot } from '../elements/status.js';
import { Deliveries } from './deliveries.js';
import { RunActions } from './run-actions.js';
import { RunFacts } from './run-facts.js';
import { RunProgress } from './run-progress.js';
import { runQuery } from './run-queries.js';

/** One run: how far it is, what became of whom, and what to do about it. */
export function RunScreen() {
  const { runId } = useParams({ from: '/runs/$runId' });
  const query = useQuery(runQuery(Number(runId)));
  const run = query.data;
  return (
    <Screen
      title={`Run #${runId}`}
      about={run ? <RunAbout run={run} /> : ' '}
      actions={run && <RunActions run={run} />}
    >
      <Loaded query={query} height={640}>
        {(run) => (
          <Stack gap="lg">
            {run.reason !== null && (
              <Alert color="yellow" icon={<Icon name="warning" />} title={`It is ${run.status}`}>
                {run.reason}
              </Alert>
            )}
            <RunProgress run={run} lookedAt={query.dataUpdatedAt} />
            <Deliveries run={run} />
            <RunFacts run={run} />
          </Stack>
        )}
      </Loaded>
    </Screen>
  );
}

function RunAbout({ run }: { run: Run }) {
  const { data: campaign } = useQuery(campaignQuery(run.campaign_id));
  return (
    <Group gap="4px 16px">
      <GoingDot run={run} />
      <Text size="sm">
        of{' '}
        <TextLink underline="always" to="/campaigns/$campaignId" params={{ campaignId: String(run.campaign_id) }}>
          {campaign?.name ?? `campaign ${run.campaign_id}`}
        </TextLink>
      </Text>
      <Text size="sm">
        due <Moment at={run.scheduled_for} zone={campaign?.time_zone} />
      </Text>
    </Group>
  );
}
