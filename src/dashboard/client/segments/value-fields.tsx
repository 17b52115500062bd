import { TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Comparison, RULE_OPS, type Scalar } from '../../../audience/domain/segment-rule.js';
import { readScalar, writeScalar } from './rule-tree.js';

const PLACEHOLDERS = {
  one: 'value',
  list: 'values, by Enter',
  bound: 'value',
  bounds: 'value',
  part: 'text',
  instant: '30 days ago',
  duration: '30 days',
} as const;

/** With what a condition compares; nothing, where it asks only whether something is there. */
export function ValueFields(props: { comparison: Comparison; onChange: (comparison: Comparison) => void }) {
  const { comparison, onChange } = props;
  const { takes } = RULE_OPS[comparison.op];
  const isAttribute = 'attribute' in comparison && takes !== 'instant' && takes !== 'duration' && takes !== 'part';
  const { value } = comparison;
  const set = (changed: Scalar | Scalar[]) => onChange({ ...comparison, value: changed });
  if (takes === 'nothing') return null;
  if (takes === 'list')
    return (
      <TagsInput
        size="xs"
        miw={180}
        aria-label="Values"
        placeholder={PLACEHOLDERS.list}
        value={[value ?? []].flat().map((one) => writeScalar(one, isAttribute))}
        onChange={(texts) => set(texts.map((text) => readScalar(text, isAttribute)))}
      />
    );
  if (takes === 'bounds') {
    const [low = '', high = ''] = [value ?? []].flat();
    return (
      <>
        <ScalarInput
          label="From"
          value={low}
          isAttribute={isAttribute}
          placeholder="from"
          onChange={(one) => set([one, high])}
        />
        <ScalarInput
          label="To"
          value={high}
          isAttribute={isAttribute}
          placeholder="to"
          onChange={(one) => set([low, one])}
        />
      </>
    );
  }
  return (
    <ScalarInput
      label="Value"
      value={value}
      isAttribute={isAttribute}
      placeholder={PLACEHOLDERS[takes]}
      onChange={set}
    />
  );
}

function ScalarInput(props: {
  label: string;
  value: unknown;
  isAttribute: boolean;
  placeholder: string;
  onChange: (value: Scalar) => void;
}) {
  // The text as it is typed: `5.` is on its way to a number, and must not be taken for one yet.
  const [text, setText] = useState(writeScalar(props.value, props.isAttribute));
  return (
    <TextInput
      size="xs"
      w={{ base: '100%', sm: 140 }}
      aria-label={props.label}
      placeholder={props.placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        props.onChange(readScalar(event.currentTarget.value, props.isAttribute));
      }}
    />
  );
}
