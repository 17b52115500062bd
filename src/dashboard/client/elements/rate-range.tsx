import { Text } from '@mantine/core';
import { share } from './figures.js';

interface Shown {
  /** Null or left out where there is nothing to take a share of. */
  rate?: number | null;
  interval?: { low: number; high: number } | null;
  /** What stands where there is nothing to take a share of. */
  none?: string;
  /** The end of the scale, the same for all that are compared. */
  highest: number;
  colour: string;
}

/** A rate with the interval that the true one lies in, surely enough. */
export function RateRange({ rate, interval, none = '–', highest, colour }: Shown) {
  if (rate == null || interval == null) return <>{none}</>;
  const { low, high } = interval;
  const at = (value: number) => `${(highest === 0 ? 0 : value / highest) * 100}%`;
  return (
    <>
      {share(rate)}{' '}
      <Text span size="xs" c="dimmed">
        {share(low)} to {share(high)}
      </Text>
      <div className="interval" aria-hidden="true">
        <span style={{ left: at(low), right: `calc(100% - ${at(high)})`, background: colour }} />
        <b style={{ left: at(rate) }} />
      </div>
    </>
  );
}
