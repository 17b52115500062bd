import { Select, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Comparison, RULE_OPS, type Scalar } from '../../../audience/domain/segment-rule.js';
import {
  comparisonOf,
  type Form,
  isAmbiguous,
  type One,
  oneOf,
  readList,
  readScalar,
  writeScalar,
} from './scalar-text.js';

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
export function ValueFields(props: {
  comparison: Comparison;
  error: string | undefined;
  onChange: (comparison: Comparison) => void;
}) {
  const { comparison, error, onChange } = props;
  const one = oneOf(comparison);
  const { takes } = RULE_OPS[comparison.op];
  const isAttribute = 'attribute' in comparison && takes !== 'instant' && takes !== 'duration' && takes !== 'part';
  const { value } = comparison;
  const set = (changed: Scalar | Scalar[]) => onChange({ ...comparison, value: changed });
  if (takes === 'nothing') return null;
  if (one)
    return <OneInput one={one} error={error} onChange={(changed) => onChange(comparisonOf(comparison, changed))} />;
  if (takes === 'list') {
    const texts = [value ?? []].flat().map((each) => writeScalar(each, isAttribute));
    return (
      <TagsInput
        size="xs"
        miw={180}
        aria-label="Values"
        placeholder={PLACEHOLDERS.list}
        value={texts}
        onChange={(changed) => set(readList(changed, texts, isAttribute))}
        error={error}
      />
    );
  }
  if (takes === 'bounds') {
    const [low = '', high = ''] = [value ?? []].flat();
    return (
      <>
        <ScalarInput
          label="From"
          value={low}
          isAttribute={isAttribute}
          placeholder="from"
          onChange={(bound) => set([bound, high])}
          error={error}
        />
        <ScalarInput
          label="To"
          value={high}
          isAttribute={isAttribute}
          placeholder="to"
          onChange={(bound) => set([low, bound])}
          error={error !== undefined}
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
      error={error}
    />
  );
}

/** What the forms of a value are called, by its other form. */
const FORMS = {
  number: { either: 'as number or text', exact: 'as number', text: 'as text' },
  boolean: { either: 'as yes or no, or text', exact: 'as yes or no', text: 'as text' },
} as const;

/** One value of an attribute; where its text has another form, which one is asked for. */
function OneInput(props: { one: One; error: string | undefined; onChange: (one: One) => void }) {
  const { one, error, onChange } = props;
  const [{ text, form }, setShown] = useState(one);
  const set = (change: Partial<One>) => {
    setShown((shown) => ({ ...shown, ...change }));
    onChange({ ...one, text, form, ...change });
  };
  const forms = typeof readScalar(text, true) === 'number' ? FORMS.number : FORMS.boolean;
  return (
    <>
      <ShortText
        label="Value"
        placeholder={PLACEHOLDERS.one}
        text={text}
        onType={(typed) => set({ text: typed })}
        error={error}
      />
      {isAmbiguous(text) && (
        <Select
          size="xs"
          w={{ base: '100%', sm: 180 }}
          aria-label="As what"
          allowDeselect={false}
          data={Object.entries(forms).map(([value, label]) => ({ value, label }))}
          value={form}
          onChange={(chosen) => chosen !== null && set({ form: chosen as Form })}
        />
      )}
    </>
  );
}

function ScalarInput(props: {
  label: string;
  value: unknown;
  isAttribute: boolean;
  placeholder: string;
  error: string | boolean | undefined;
  onChange: (value: Scalar) => void;
}) {
  // The text as it is typed: `5.` is on its way to a number, and must not be taken for one yet.
  const [text, setText] = useState(writeScalar(props.value, props.isAttribute));
  return (
    <ShortText
      label={props.label}
      placeholder={props.placeholder}
      error={props.error}
      text={text}
      onType={(typed) => {
        setText(typed);
        props.onChange(readScalar(typed, props.isAttribute));
      }}
    />
  );
}

/** A line for a value; on a phone as wide as the condition. */
function ShortText(props: {
  label: string;
  placeholder: string;
  text: string;
  error: string | boolean | undefined;
  onType: (text: string) => void;
}) {
  return (
    <TextInput
      size="xs"
      w={{ base: '100%', sm: 140 }}
      aria-label={props.label}
      placeholder={props.placeholder}
      value={props.text}
      onChange={(event) => props.onType(event.currentTarget.value)}
      error={props.error}
    />
  );
}
