import { Button, Table } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import type { RunVariants } from '../api/types.js';
import { count } from '../elements/figures.js';
import { tellDone, tellTrouble } from '../elements/notices.js';
import { RateRange } from '../elements/rate-range.js';
import { Rows } from '../elements/rows.js';
import { Dot } from '../elements/status.js';

/** The variants of a run with where their true rates lie, and the choice of the winner while it is open. */
export function VariantRows({ run }: { run: RunVariants }) {
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (variant: string) =>
      body(api.POST('/runs/{id}/winner', { params: { path: { id: run.run_id } }, body: { variant } })),
    onSuccess: async (_, variant) => {
      tellDone(`“${variant}” is the winner.`);
      await Promise.all(['reports', 'runs', 'analytics'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
    onError: tellTrouble,
  });
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
            <RateRange {...variant.open_rate} highest={highest} colour="var(--opened)" />
          </Table.Td>
          <Table.Td>
            <RateRange {...variant.click_rate} highest={highest} colour="var(--clicked)" />
          </Table.Td>
          <Table.Td ta="right">
            {run.winner?.variant === variant.name && <Dot colour="var(--sent)">Winner</Dot>}
            {open && (
              <Button
                size="xs"
                variant="default"
                loading={choose.isPending}
                onClick={() => choose.mutate(variant.name)}
                aria-label={`Choose ${variant.name} as the winner`}
              >
                Choose
              </Button>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </Rows>
  );
}
