import { Table, Text } from '@mantine/core';
import type { RunVariants, VariantCounts } from '../api/types.js';
import { count, share } from '../elements/figures.js';
import { Rows } from '../elements/rows.js';
import { Dot } from '../elements/status.js';
import { WinnerChoice } from './winner-choice.js';

/** The variants of a run with where their true rates lie, and the choice of the winner while it is open. */
export function VariantRows({ run }: { run: RunVariants }) {
  const open = run.winner?.variant == null && run.waiting.audience > 0;
  const highest = Math.max(
    ...run.variants.flatMap((variant) =>
      [variant.open_rate, variant.click_rate].map((rate) => rate?.interval.high ?? 0),
    ),
  );
  return (
    <Rows
      label={`Variants of run ${run.run_id}`}
      minWidth={720}
      columns={['Variant', 'Audience', 'Sent', 'Failed', 'Opened', 'Clicked', '']}
    >
      {run.variants.map((variant) => (
        <Table.Tr key={variant.name}>
          <Table.Td fw={550}>{variant.name}</Table.Td>
          <Table.Td>{count(variant.audience)}</Table.Td>
          <Table.Td>{count(variant.sent)}</Table.Td>
          <Table.Td>{count(variant.failed)}</Table.Td>
          <Table.Td>
            <Rate rate={variant.open_rate} highest={highest} colour="var(--opened)" />
          </Table.Td>
          <Table.Td>
            <Rate rate={variant.click_rate} highest={highest} colour="var(--clicked)" />
          </Table.Td>
          <Table.Td ta="right">
            {run.winner?.variant === variant.name && <Dot colour="var(--sent)">Winner</Dot>}
            {open && <WinnerChoice run={run} variant={variant.name} />}
          </Table.Td>
        </Table.Tr>
      ))}
    </Rows>
  );
}

/** A rate with the interval that the true one lies in, surely enough. */
function Rate({ rate, highest, colour }: { rate: VariantCounts['click_rate']; highest: number; colour: string }) {
  if (rate === null) return <>–</>;
  const { low, high } = rate.interval;
  const at = (value: number) => `${(highest === 0 ? 0 : value / highest) * 100}%`;
  return (
    <>
      {share(rate.rate)}{' '}
      <Text span size="xs" c="dimmed">
        {share(low)} to {share(high)}
      </Text>
      <div className="interval" aria-hidden="true">
        <span style={{ left: at(low), right: `calc(100% - ${at(high)})`, background: colour }} />
        <b style={{ left: at(rate.rate) }} />
      </div>
    </>
  );
}
