import { Divider, NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { LEADER, shareOf, WAIT } from '../../../campaigns/domain/variants.js';
import { lasting } from '../elements/time.js';
import { decidesByClock, type DraftTest, waitingShare } from './draft-variants.js';
import { errorAt, type Step } from './step.js';

const MEASURES = [
  { value: 'clicks', label: 'Who clicks most' },
  { value: 'opens', label: 'Who opens most' },
  { value: 'hand', label: 'You choose' },
];
const COLOURS = ['var(--opened)', 'var(--clicked)', 'var(--sent)', 'var(--in-doubt)', 'var(--accent)'];

/** Who takes part in the test, who gets nothing, and how the winner for all others is found. */
export function TestFields({ draft, set, errors }: Step) {
  const { winner_by: by, variants } = draft;
  const percent = (
    label: string,
    name: 'test_share' | 'hold_out',
    description: string,
    [min, max]: [number, number],
  ) => (
    <NumberInput
      label={label}
      description={description}
      suffix=" %"
      allowDecimal={false}
      {...{ min, max }}
      value={draft[name]}
      onChange={(share) => set({ [name]: Number(share) || min })}
      error={errorAt(errors, name)}
    />
  );
  return (
    <Stack mt="md">
      <Divider />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {percent('Take part', 'test_share', 'Get one of the variants at once.', [1, 100])}
        {percent('Get nothing', 'hold_out', 'Held out, to compare with.', [0, 90])}
      </SimpleGrid>
      <Parts {...draft} />
      {errors.winner && (
        <Text size="xs" c="var(--mantine-color-error)">
          {errors.winner}
        </Text>
      )}
      {waitingShare(draft) > 0 && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select
            label="The winner is"
            allowDeselect={false}
            data={MEASURES}
            value={by}
            onChange={(value) =>
              value !== null &&
              set({
                winner_by: value as typeof by,
                // With people nobody leads; without them nobody is waited for.
                on_undecided: value === 'hand' ? WAIT : by === 'hand' ? LEADER : draft.on_undecided,
              })
            }
            error={errorAt(errors, 'winner/by')}
          />
          <Select
            label={by === 'hand' ? 'Until you do' : 'Where none is surely better'}
            allowDeselect={false}
            data={[
              ...(by === 'hand' ? [] : [{ value: LEADER, label: 'The one that leads wins' }]),
              { value: WAIT, label: 'The others wait for you' },
              ...variants.map(({ name }) => ({
                value: name,
                label: `“${name}” wins${by === 'hand' ? ' in the end' : ''}`,
              })),
            ]}
            value={draft.on_undecided}
            onChange={(value) =>
              value !== null && set({ on_undecided: value, winner_after: draft.winner_after ?? 240 })
            }
            error={errorAt(errors, 'winner/on_undecided')}
          />
          {decidesByClock(draft) && (
            <NumberInput
              label="Decided after"
              description={`${lasting((draft.winner_after ?? 0) * 60)} from the start of the run; where recipients have their own times, from the last of the test.`}
              suffix=" minutes"
              min={1}
              max={43_200}
              allowDecimal={false}
              value={draft.winner_after ?? ''}
              onChange={(after) => set({ winner_after: after === '' ? null : Number(after) })}
              error={errorAt(errors, 'winner/after_minutes')}
            />
          )}
          {by !== 'hand' && (
            <NumberInput
              label="How sure it must be"
              description="That the best is better than the next."
              suffix=" %"
              min={50}
              max={99.99}
              value={Math.round(draft.significance * 10_000) / 100}
              onChange={(percent) => set({ significance: (Number(percent) || 95) / 100 })}
              error={errorAt(errors, 'winner/significance')}
            />
          )}
        </SimpleGrid>
      )}
    </Stack>
  );
}

/** How the audience is parted. */
function Parts(test: DraftTest) {
  const { variants, test_share, hold_out } = test;
  const parts = [
    ...variants.map((variant, index) => ({
      label: variant.name,
      share: (shareOf(variant, variants.length) * test_share) / 100,
      colour: COLOURS[index]!,
    })),
    { label: 'wait for the winner', share: waitingShare(test), colour: 'var(--pending)' },
    { label: 'get nothing', share: hold_out, colour: 'var(--skipped)' },
  ].filter(({ share }) => share > 0);
  return (
    <div>
      <div className="outcome-bar" aria-hidden="true">
        {parts.map(({ label, share, colour }) => (
          <span key={label} style={{ flex: `${share} 0 0`, background: colour }} />
        ))}
      </div>
      <Text size="xs" c="dimmed" mt={4} className="figures">
        {parts.map(({ label, share }) => `${label} ${Math.round(share * 10) / 10} %`).join(' · ')}
      </Text>
    </div>
  );
}
