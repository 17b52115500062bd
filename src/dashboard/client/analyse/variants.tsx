import { Stack, Text } from '@mantine/core';
import type { RunVariants } from '../api/types.js';
import { countOf, wordsOfCode } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Moment } from '../elements/moment.js';
import { Panel } from '../elements/panel.js';
import type { Hits } from './analyse-queries.js';
import { VariantRows } from './variant-rows.js';

const SHOWN = 5;
/** So many an analysis has at most. */
const ASKED = 20;

/** How the variants fare, run by run: each run is a test of its own. */
export function Variants({ runs, hits }: { runs: RunVariants[]; hits: Hits }) {
  return (
    <Panel title="Variants" flush>
      {runs.length === 0 ? (
        <Text c="dimmed" size="sm" p="md" children="No run has tried them out yet." />
      ) : (
        <Stack gap={0}>
          {runs.slice(0, SHOWN).map((run) => (
            <div key={run.run_id}>
              <Text size="sm" p="md" pb={0} component="div">
                <TextLink to="/runs/$runId" params={{ runId: String(run.run_id) }} fw={550}>
                  Run #{run.run_id}
                </TextLink>
                : <Decision run={run} />
              </Text>
              <VariantRows run={run} hits={hits} />
            </div>
          ))}
          {runs.length > SHOWN && (
            <Text size="xs" c="dimmed" p="sm">
              The latest {SHOWN} of {runs.length === ASKED ? `${ASKED} or more` : runs.length} runs: choose one above to
              see it. Each is a test of its own, with its own people, and they do not add up.
            </Text>
          )}
        </Stack>
      )}
    </Panel>
  );
}

function Decision({ run: { winner, waiting, hold_out, decides_at } }: { run: RunVariants }) {
  const words = [
    winner?.variant != null && `“${winner.variant}” won, decided by ${wordsOfCode(winner.decided_by).toLowerCase()}`,
    winner !== null && winner.variant === null && 'none is surely better: people decide',
    winner?.p_value != null && `p = ${winner.p_value.toPrecision(2)}`,
    waiting.audience > 0 && `${countOf(waiting.audience, 'recipient')} waiting for the winner`,
    hold_out.audience > 0 && `${countOf(hold_out.audience, 'recipient')} held out`,
  ].filter((part) => part !== false);
  return (
    <>
      {words.length === 0 ? 'everybody takes part' : words.join(' · ')}
      {decides_at !== null && (
        <>
          {' '}
          · decided <Moment at={decides_at} />
        </>
      )}
    </>
  );
}
