import { Table } from '@mantine/core';
import type { RunVariants, VariantCounts } from '../api/types.js';
import { count, rateWords } from '../elements/figures.js';
import { RateRange } from '../elements/rate-range.js';
import { Rows } from '../elements/rows.js';
import { countedBy, sharesOf } from '../elements/shares.js';
import { Dot } from '../elements/status.js';
import type { Hits } from './analyse-queries.js';
import { WinnerChoice } from './winner-choice.js';

/** The variants of a run with where their true rates lie, and the choice of the winner while it is open. */
export function VariantRows({ run, hits }: { run: RunVariants; hits: Hits }) {
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
      narrow="stack"
      columns={['Variant', 'Audience', 'Sent', 'Failed', 'Opened', 'Clicked', '']}
    >
      {run.variants.map((variant) => (
        <Table.Tr key={variant.name}>
          <Table.Td fw={550}>{variant.name}</Table.Td>
          <Table.Td>{count(variant.audience)}</Table.Td>
          <Table.Td>{count(variant.sent)}</Table.Td>
          <Table.Td>{count(variant.failed)}</Table.Td>
          <Table.Td>
            <RateRange
              rate={sharesOf(counted(variant, hits)).opened}
              interval={variant.open_rate?.interval}
              none={rateWords(null, variant.sent)}
              highest={highest}
              colour="var(--opened)"
            />
          </Table.Td>
          <Table.Td>
            <RateRange
              rate={sharesOf(counted(variant, hits)).clicked}
              interval={variant.click_rate?.interval}
              none={rateWords(null, variant.sent)}
              highest={highest}
              colour="var(--clicked)"
            />
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

/** All that were sent of a variant count what any of them does. */
const counted = (variant: VariantCounts, hits: Hits) =>
  countedBy({ ...variant, open_base: variant.sent, click_base: variant.sent }, hits);
