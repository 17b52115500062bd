import { Stack } from '@mantine/core';
import type { System } from '../api/types.js';
import { count } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { Explained } from './explained.js';

const QUEUE: [key: keyof System['queue'], name: string, means: string][] = [
  ['in_flight', 'In flight', 'In the hands of a sender at this moment.'],
  ['due', 'Due', 'Waiting for a sender. It may be many in a large run; worry when it stays and nothing is in flight.'],
  ['later', 'Due later', 'To be tried again, or at the hour of their own time zone. They come by themselves.'],
  ['awaiting_winner', 'Waiting for a winner', 'They get the variant that wins. Where people choose, it is up to you.'],
  ['paused', 'Paused', 'Of runs that were paused, or are about to be cancelled. They wait until somebody resumes.'],
];

/** Recipients who have no outcome yet, by what keeps them. */
export function Waiting({ system: { queue, runs } }: { system: System }) {
  const all = Object.values(queue).reduce((sum, one) => sum + one, 0);
  return (
    <Panel title="What waits">
      <Stack gap="sm">
        <Explained name="Recipients pending" value={count(all)}>
          Of {count(runs.processing)} runs that send, {count(runs.paused)} paused and {count(runs.cancelling)} about to
          be cancelled. Each recipient is in one of these:
        </Explained>
        {QUEUE.map(([key, name, means]) => (
          <Explained key={key} name={name} value={count(queue[key])}>
            {means}
          </Explained>
        ))}
      </Stack>
    </Panel>
  );
}
