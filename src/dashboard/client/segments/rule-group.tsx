import { Button, CloseButton, Group as Row, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { newId } from '../api/new-id.js';
import { LeafFields } from './leaf-fields.js';
import { useFaultsAt } from './rule-faults.js';
import { type Group, groupOf, type Mode, NEW_LEAF, ruleOf, type Tree } from './rule-tree.js';

const MODES: { value: Mode; label: string }[] = [
  { value: 'all', label: 'All of' },
  { value: 'any', label: 'Any of' },
  { value: 'none', label: 'None of' },
];

/** As deep as the API allows groups in one another. */
const DEEPEST = 5;

/** Where the parts of a group are in the rule that it stands for. */
const PARTS: Record<Mode, string> = { all: 'all', any: 'any', none: 'not/any' };

interface Shown {
  group: Group;
  /** Its place in the rule. */
  at?: string;
  depth?: number;
  onChange: (group: Group) => void;
  /** Left out for the outermost, which stays. */
  onRemove?: () => void;
}

/** A group of conditions and further groups, in which everything can be changed. */
export function RuleGroup(props: Shown) {
  const { group, at = '', depth = 1, onChange, onRemove } = props;
  const { parts } = group;
  const within = `${at}/${PARTS[group.mode]}`;
  const empty = useFaultsAt(at, false)(PARTS[group.mode]);
  const replace = (index: number, part: Tree) => onChange({ ...group, parts: parts.with(index, part) });
  // Each part keeps its number while others come and go, so that half typed text stays with its condition.
  const [numbers, setNumbers] = useState(() => parts.map(() => newId()));
  const remove = (index: number) => {
    setNumbers(numbers.toSpliced(index, 1));
    onChange({ ...group, parts: parts.toSpliced(index, 1) });
  };
  const add = (part: Tree) => {
    setNumbers([...numbers, newId()]);
    onChange({ ...group, parts: [...parts, part] });
  };
  return (
    <Stack gap="sm">
      <Row gap="xs" justify="space-between" wrap="nowrap">
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-label="How these belong together"
          data={MODES}
          value={group.mode}
          onChange={(mode) => onChange({ ...group, mode: mode as Mode })}
        />
        {onRemove && <CloseButton aria-label="Take this out" onClick={onRemove} />}
      </Row>
      {parts.map((part, index) => {
        const inner = groupOf(part);
        return (
          <Paper key={numbers[index] ?? index} withBorder p="xs" bg={depth % 2 === 0 ? undefined : 'var(--paper)'}>
            {inner ? (
              <RuleGroup
                group={inner}
                at={`${within}/${index}`}
                depth={depth + 1}
                onChange={(changed) => replace(index, ruleOf(changed))}
                onRemove={() => remove(index)}
              />
            ) : (
              <Row gap="xs" align="flex-start" wrap="nowrap">
                <div style={{ flex: 1, minWidth: 0 }}>
                  <LeafFields
                    leaf={part as never}
                    at={`${within}/${index}`}
                    onChange={(leaf) => replace(index, leaf)}
                  />
                </div>
                <CloseButton aria-label="Take this out" onClick={() => remove(index)} />
              </Row>
            )}
          </Paper>
        );
      })}
      {parts.length === 0 && (
        <Text size="sm" c={empty === undefined ? 'dimmed' : 'var(--mantine-color-error)'}>
          Add a condition to say who belongs.
        </Text>
      )}
      <Row gap="xs">
        <Button size="xs" variant="default" onClick={() => add(NEW_LEAF)}>
          Add a condition
        </Button>
        {depth < DEEPEST && (
          <Button size="xs" variant="subtle" onClick={() => add({ any: [NEW_LEAF] })}>
            Add a group
          </Button>
        )}
      </Row>
    </Stack>
  );
}
