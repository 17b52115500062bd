import { Group, Text } from '@mantine/core';
import type { CampaignStatus, Outcome, RunStatus } from '../api/types.js';

type Status = CampaignStatus | RunStatus | Outcome | 'pending_outcome';

/** What each status looks like and is called. Colour never says it alone. */
const LOOKS: Record<Status, [colour: string, words: string]> = {
  draft: ['var(--skipped)', 'Draft'],
  pending: ['var(--accent)', 'Scheduled'],
  processing: ['var(--sent)', 'Sending'],
  paused: ['var(--in-doubt)', 'Paused'],
  completed: ['var(--sent)', 'Completed'],
  cancelled: ['var(--skipped)', 'Cancelled'],
  cancelling: ['var(--skipped)', 'Cancelling'],
  failed: ['var(--failed)', 'Failed'],
  missed: ['var(--in-doubt)', 'Missed'],
  skipped: ['var(--skipped)', 'Skipped'],
  sent: ['var(--sent)', 'Sent'],
  in_doubt: ['var(--in-doubt)', 'In doubt'],
  pending_outcome: ['var(--pending)', 'Pending'],
};

/** A coloured point with its words, which may `wrap` where they are many. */
export function Dot({ colour, wrap, children }: { colour: string; wrap?: boolean; children: string }) {
  return (
    <Group gap={8} wrap="nowrap" component="span" display="inline-flex" className="inline">
      <span aria-hidden="true" style={{ width: 9, height: 9, borderRadius: 9, background: colour, flexShrink: 0 }} />
      <Text span inherit style={{ whiteSpace: wrap ? undefined : 'nowrap' }}>
        {children}
      </Text>
    </Group>
  );
}

/** Where a campaign, a run or a delivery stands. */
export function StatusDot({ status }: { status: Status }) {
  const [colour, words] = LOOKS[status];
  return <Dot colour={colour}>{words}</Dot>;
}

/** Whether only those are pending who wait for one of the variants to win. */
export const awaitsWinner = (counts: { pending: number; awaiting_winner: number }): boolean =>
  counts.awaiting_winner > 0 && counts.pending === counts.awaiting_winner;

/** Where a run stands that is going: it waits for a winner as soon as there is nobody else to send to. */
export function GoingDot({ run }: { run: { status: Status; pending: number; awaiting_winner: number } }) {
  if (run.status === 'processing' && awaitsWinner(run))
    return (
      <Dot wrap colour="var(--in-doubt)">
        Waiting for a winner
      </Dot>
    );
  return <StatusDot status={run.status} />;
}

/** What a status is called. */
export const statusWords = (status: Status): string => LOOKS[status][1];
