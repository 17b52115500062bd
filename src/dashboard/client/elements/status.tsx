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

/** What a status is called. */
export const statusWords = (status: Status): string => LOOKS[status][1];
