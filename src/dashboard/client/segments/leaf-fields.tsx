import { Group, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
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
import { type Leaf, leafAbout, subjectOf } from './rule-tree.js';
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

/** One condition: what it looks at, how it compares, with what. */
export function LeafFields({ leaf, onChange }: { leaf: Leaf; onChange: (leaf: Leaf) => void }) {
  const fact = factOf(leaf);
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
        onChange={(subject) => subject !== null && onChange(leafAbout(subject))}
      />
      {'segment' in leaf && <SegmentChoice value={leaf.segment} onChange={(segment) => onChange({ segment })} />}
      {fact && <FactFields scope={fact.scope} onChange={(scope) => onChange({ [fact.name]: scope } as never)} />}
      {'op' in leaf && <ComparisonFields comparison={leaf} onChange={onChange} />}
    </Group>
  );
}

function SegmentChoice({ value, onChange }: { value: string; onChange: (name: string) => void }) {
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
    />
  );
}

/** What a comparison's value begins as when another comparison is chosen. */
function withOp(comparison: Comparison, op: RuleOp): Comparison {
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

function ComparisonFields(props: { comparison: Comparison; onChange: (comparison: Comparison) => void }) {
  const { comparison, onChange } = props;
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
        />
      )}
      <Select
        size="xs"
        w={{ base: '100%', sm: 160 }}
        aria-label="How it compares"
        allowDeselect={false}
        data={ops.map((value) => ({ value, label: OP_WORDS[value] }))}
        value={comparison.op}
        onChange={(op) => op !== null && onChange(withOp(comparison, op as RuleOp))}
      />
      <ValueFields key={`${comparison.op} ${comparand}`} comparison={comparison} onChange={onChange} />
    </>
  );
}
