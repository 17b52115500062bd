import { Text } from '@mantine/core';
import type { Run } from '../api/types.js';
import { countOf } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Moment } from '../elements/moment.js';

type Awaiting = Pick<Run, 'awaiting_winner' | 'decides_at' | 'campaign_id'> & { run_id: number };

/** Says who waits for one of the variants to win, when that is decided, and where to choose. Not there where nobody waits. */
export function AwaitingWinner({ run: { awaiting_winner, decides_at, campaign_id, run_id } }: { run: Awaiting }) {
  if (awaiting_winner === 0) return null;
  return (
    <Text size="xs" component="div" mt={4}>
      {countOf(awaiting_winner, 'recipient')} {awaiting_winner === 1 ? 'waits' : 'wait'} for a variant to win
      {decides_at === null ? (
        ': '
      ) : (
        <>
          {' '}
          (decided <Moment at={decides_at} />
          ):{' '}
        </>
      )}
      <TextLink
        underline="always"
        to="/campaigns/$campaignId"
        params={{ campaignId: String(campaign_id) }}
        search={{ run: String(run_id) }}
      >
        {decides_at === null ? 'choose the winner' : 'look at the variants'}
      </TextLink>
    </Text>
  );
}
