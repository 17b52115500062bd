import { JsonInput, SegmentedControl, Stack } from '@mantine/core';
import { faultsOf, RuleFaults } from './rule-faults.js';
import { RuleGroup } from './rule-group.js';
import { asGroup, ruleOf, type Tree } from './rule-tree.js';

/** What is wrong with a rule, as the API would say it; null where nothing is. */
export function faultOf(rule: unknown): string | null {
  const faults = faultsOf(rule);
  return faults.length > 0 ? faults.map(({ message }) => message.trim()).join('; ') : null;
}

function parse(text: string): Tree | null {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return null;
  }
}

/** What is wrong with a rule that is written as JSON; null where nothing is. */
export function faultOfText(text: string): string | null {
  const parsed = parse(text);
  return parsed === null ? 'This is not JSON.' : faultOf(parsed);
}

/** A rule that was written as JSON; null where it is none. */
export function ruleFrom(text: string | undefined): Tree | null {
  return text === undefined || faultOfText(text) !== null ? null : parse(text);
}

interface Edited {
  rule: Tree;
  /** The rule as the text that is being written; null in the builder. */
  json: string | null;
  /** Whether the builder tells all that is wrong, and not only where something was typed. */
  allFaults: boolean;
  onChange: (rule: Tree) => void;
  onJson: (json: string | null) => void;
}

/** A rule, built by hand or written as JSON; both are the same rule. What is none yet stays as the text that it is. */
export function RuleEditor({ rule, json, allFaults, onChange, onJson }: Edited) {
  const group = asGroup(rule);
  const fault = json === null ? null : faultOfText(json);
  const write = (text: string) => {
    onJson(text);
    const read = ruleFrom(text);
    if (read !== null) onChange(read);
  };
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label="How to write the rule"
        data={[
          { value: 'builder', label: 'Builder', disabled: fault !== null },
          { value: 'json', label: 'JSON' },
        ]}
        value={json === null ? 'builder' : 'json'}
        onChange={(way) => onJson(way === 'json' ? JSON.stringify(rule, null, 2) : null)}
      />
      {json === null ? (
        <RuleFaults value={{ faults: faultsOf(ruleOf(group)), all: allFaults }}>
          <RuleGroup group={group} onChange={(changed) => onChange(ruleOf(changed))} />
        </RuleFaults>
      ) : (
        <JsonInput
          aria-label="The rule as JSON"
          description={fault === null ? undefined : 'The builder shows it as soon as it is a rule.'}
          autosize
          minRows={10}
          maxRows={30}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={json}
          onChange={write}
          error={fault}
          validationError={fault}
        />
      )}
    </Stack>
  );
}
