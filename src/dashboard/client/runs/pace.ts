import type { RunningRun } from '../api/types.js';
import { count } from '../elements/figures.js';
import { awaitsWinner } from '../elements/status.js';
import { lasting } from '../elements/time.js';
import { isGoing } from './run-queries.js';

/** Of a run that has not ended: how fast it goes, and how long that will take, at `speed` recipients a second as it was looked at. */
export function paceOf(
  run: Pick<RunningRun, 'status' | 'audience' | 'pending' | 'awaiting_winner'>,
  speed: number | null,
): string {
  if (!isGoing(run.status)) return 'Standing still';
  if (awaitsWinner(run)) return 'The others are through';
  if (speed === null) return 'Measuring …';
  if (speed === 0) return 'Waiting for what is due later';
  return `${count(Math.round(speed * 10) / 10)} a second · about ${lasting((run.pending - run.awaiting_winner) / speed)} left`;
}
