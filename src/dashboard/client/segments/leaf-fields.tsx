import { Group, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FACT_WORDS, OP_WORDS } from '../../../audience/domain/condition-words.js';
import {
  comparandOf,
  type Comparison,
  FACT_NAMES,
  factOf,
  RULE_FIELDS,
  RULE_OPS,
  type RuleOp,
} from '../../../audience/domain/segment-rule.js';
import { FactFields } from './fact-fields.js';
import { useFaultsAt } from './rule-faults.js';
import { type Leaf, leafAbout, subjectOf } from './rule-tree.js';
import { comparisonOf, oneOf } from './scalar-text.js';
import { segmentsQuery } from './segment-queries.js';
import { ValueFields } from './value-fields.js';

const SUBJECTS = [
  {
    group: 'Contact',
    items: Object.keys(RULE_FIELDS).map((value) => ({ value, label: value.replaceAll('_', ' ') })),
  },
  {
    group: 'More',
    items: [
      { value: 'attribute', label: 'attribute …' },
      { value: 'segment', label: 'segment …' },
    ],
  },
  { group: 'What happened', items: FACT_NAMES.map((value) => ({ value, label: FACT_WORDS[value] })) },
];

/** What is wrong with a part of a condition. */
type FaultOf = (part: string) => string | undefined;

/** One condition, which is `at` a place of the rule: what it looks at, how it compares, with what. */
export function LeafFields({ leaf, at, onChange }: { leaf: Leaf; at: string; onChange: (leaf: Leaf) => void }) {
  const fact = factOf(leaf);
  const [typed, setTyped] = useState(false);
  const faultOf = useFaultsAt(at, typed);
  const begin = (subject: string) => {
    setTyped(false);
    onChange(leafAbout(subject));
  };
  const write = (changed: Leaf) => {
    setTyped(true);
    onChange(changed);
  };
  return (
    <Group gap="xs" align="flex-start">
      <Select
        size="xs"
        w={{ base: '100%', sm: 190 }}
        aria-label="What it looks at"
        searchable
        allowDeselect={false}
        data={SUBJECTS}
        value={subjectOf(leaf)}
        onChange={(subject) => subject !== null && begin(subject)}
      />
      {'segment' in leaf && (
        <SegmentChoice value={leaf.segment} error={faultOf('segment')} onChange={(segment) => write({ segment })} />
      )}
      {fact && (
        <FactFields
          scope={fact.scope}
          error={faultOf(fact.name)}
          onChange={(scope) => write({ [fact.name]: scope } as never)}
        />
      )}
      {'op' in leaf && <ComparisonFields comparison={leaf} faultOf={faultOf} onBegin={onChange} onChange={write} />}
    </Group>
  );
}

function SegmentChoice(props: { value: string; error: string | undefined; onChange: (name: string) => void }) {
  const { value, error, onChange } = props;
  const { data: segments } = useQuery(segmentsQuery);
  return (
    <Select
      size="xs"
      w={{ base: '100%', sm: 200 }}
      aria-label="Which segment"
      placeholder="Which?"
      searchable
      data={(segments ?? []).map(({ name }) => name)}
      value={value || null}
      onChange={(name) => onChange(name ?? '')}
      error={error}
    />
  );
}

/** What a comparison's value begins as when another comparison is chosen. */
function withOp(given: Comparison, op: RuleOp): Comparison {
  const one = oneOf(given);
  if (one && (op === 'eq' || op === 'ne')) return comparisonOf(given, { ...one, op });
  const comparison = one
    ? comparisonOf({ ...given, op: one.op }, { ...one, form: one.form === 'either' ? 'exact' : one.form })
    : given;
  const { value: _, ...rest } = comparison;
  const { takes } = RULE_OPS[op];
  if (takes === RULE_OPS[comparison.op].takes) return { ...comparison, op };
  if (takes === 'nothing') return { ...rest, op };
  return {
    ...rest,
    op,
    value: takes === 'list' ? [] : takes === 'bounds' ? ['', ''] : takes === 'duration' ? '30 days' : '',
  };
}

function ComparisonFields(props: {
  comparison: Comparison;
  faultOf: FaultOf;
  /** Told of another way to compare, whose value is still to be written. */
  onBegin: (comparison: Comparison) => void;
  onChange: (comparison: Comparison) => void;
}) {
  const { comparison, faultOf, onBegin, onChange } = props;
  const shown = oneOf(comparison)?.op ?? comparison.op;
  const comparand = comparandOf(comparison);
  const ops = (Object.keys(RULE_OPS) as RuleOp[]).filter((op) => RULE_OPS[op].of.includes(comparand));
  return (
    <>
      {'attribute' in comparison && (
        <TextInput
          size="xs"
          w={{ base: '100%', sm: 120 }}
          aria-label="Name of the attribute"
          placeholder="plan"
          value={comparison.attribute}
          onChange={(event) => onChange({ ...comparison, attribute: event.currentTarget.value })}
          error={faultOf('attribute')}
        />
      )}
      <Select
        size="xs"
        w={{ base: '100%', sm: 160 }}
        aria-label="How it compares"
        allowDeselect={false}
        data={ops.map((value) => ({ value, label: OP_WORDS[value] }))}
        value={shown}
        onChange={(op) => op !== null && onBegin(withOp(comparison, op as RuleOp))}
      />
      <ValueFields
        key={`${RULE_OPS[shown].takes} ${comparand}`}
        comparison={comparison}
        error={faultOf('value')}
        onChange={onChange}
      />
    </>
  );
}
