import { JsonInput, SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { readRule } from '../../../audience/domain/rule-check.js';
import { FACT_NAMES } from '../../../audience/domain/segment-rule.js';
import { RuleGroup } from './rule-group.js';
import { asGroup, ruleOf, type Tree } from './rule-tree.js';

/** What is wrong with a rule, as the API would say it; null where nothing is. */
export function faultOf(rule: unknown): string | null {
  const read = readRule(rule, '', FACT_NAMES);
  return 'faults' in read ? read.faults.map(({ message }) => message.trim()).join('; ') : null;
}

function parse(text: string): Tree | null {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return null;
  }
}

/** A rule that was written as JSON; null where it is none. */
export function ruleFrom(text: string | undefined): Tree | null {
  const parsed = text === undefined ? null : parse(text);
  return parsed === null || faultOf(parsed) !== null ? null : parsed;
}

/** A rule, built by hand or written as JSON; both are the same rule. */
export function RuleEditor({ rule, onChange }: { rule: Tree; onChange: (rule: Tree) => void }) {
  const [written, setWritten] = useState<string | null>(null);
  const fault = written === null ? null : parse(written) === null ? 'This is not JSON.' : faultOf(parse(written));
  const write = (text: string) => {
    setWritten(text);
    const parsed = parse(text);
    if (parsed !== null && faultOf(parsed) === null) onChange(parsed);
  };
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label="How to write the rule"
        data={[
          { value: 'builder', label: 'Builder' },
          { value: 'json', label: 'JSON' },
        ]}
        value={written === null ? 'builder' : 'json'}
        onChange={(way) => setWritten(way === 'json' ? JSON.stringify(rule, null, 2) : null)}
      />
      {written === null ? (
        <RuleGroup group={asGroup(rule)} onChange={(group) => onChange(ruleOf(group))} />
      ) : (
        <JsonInput
          aria-label="The rule as JSON"
          autosize
          minRows={10}
          maxRows={30}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={written}
          onChange={write}
          error={fault}
        />
      )}
    </Stack>
  );
}
