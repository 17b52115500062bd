import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import type { Run } from '../api/types.js';
import { campaignQuery } from '../campaigns/campaign-queries.js';
import { ChannelName } from '../elements/channel.js';
import { Facts } from '../elements/facts.js';
import { count } from '../elements/figures.js';
import { Moment } from '../elements/moment.js';
import { Panel } from '../elements/panel.js';
import { Dot } from '../elements/status.js';
import { exactly, lasting } from '../elements/time.js';
import { isGoing, reconciliationQuery } from './run-queries.js';

/** What else there is to know about a run, and whether its figures add up. */
export function RunFacts({ run }: { run: Run }) {
  const { data: campaign } = useQuery(campaignQuery(run.campaign_id));
  const facts: [string, ReactNode][] = [
    ['Books', <Balance key="books" run={run} />],
    ['Due', exactly(new Date(run.scheduled_for), campaign?.time_zone)],
    [
      'Opened',
      <Fragment key="opened">
        <Moment past at={run.opened_at} />, {late(run.opened_after_ms)} after it was due
      </Fragment>,
    ],
    ['Finished', <Moment key="finished" past at={run.finished_at} never="Not yet" />],
    [
      'Carried by',
      <Fragment key="carried">
        <ChannelName channel={run.channel} /> {run.provider !== null && `through ${run.provider}`}
      </Fragment>,
    ],
    ['Content version', run.content_version],
  ];
  return (
    <Panel title="The run" flush>
      <Facts facts={facts} />
    </Panel>
  );
}

const late = (ms: number): string => (ms < 10_000 ? `${count(ms)} ms` : lasting(ms / 1000));

function Balance({ run }: { run: Run }) {
  const { data } = useQuery(reconciliationQuery(run.id, isGoing(run.status)));
  if (!data) return <Text span inherit c="dimmed" children="Being compared with the ledger …" />;
  if (data.ledger === null) return <>The ledger was dropped, as old as it was; the counts remain</>;
  return data.balanced ? (
    <Dot wrap colour="var(--sent)">
      Balanced: every recipient is in exactly one outcome
    </Dot>
  ) : (
    <Dot wrap colour="var(--failed)">
      {data.differences
        .map(({ count: name, counted, ledger }) => `${name}: ${counted} counted, ${ledger} in the ledger`)
        .join('; ')}
    </Dot>
  );
}
