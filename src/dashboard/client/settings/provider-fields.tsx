import { Checkbox, NumberInput, PasswordInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { faultOf, type Typed } from './provider-draft.js';
import type { Field } from './provider-field.js';

interface Group {
  fields: Record<string, Field>;
  typed: Typed;
  onType: (typed: Typed) => void;
  /** What the API said of each, by its name. */
  errors: Record<string, string>;
  /** They are not shown as they are typed, and what is kept of them stays where nothing is. */
  secret?: 'new' | 'kept';
  /** Those that are seldom asked for, behind “More settings”, instead of the others. */
  rare?: boolean;
}

/** What a kind of account asks for. */
export function ProviderFields(props: Group) {
  const fields = Object.entries(props.fields).filter(([, field]) => (field.rare ?? false) === (props.rare ?? false));
  const input = ([name, field]: [string, Field]) => (
    <FieldInput
      key={name}
      field={field}
      typed={props.typed[name] ?? ''}
      onType={(text) => props.onType({ ...props.typed, [name]: text })}
      error={props.errors[name]}
      secret={props.secret}
    />
  );
  if (!props.rare) return fields.map(input);
  if (fields.length === 0) return null;
  return (
    <details open={fields.some(([name]) => props.errors[name] !== undefined) || undefined}>
      <summary>More settings</summary>
      <Stack gap="sm" mt="sm">
        {fields.map(input)}
      </Stack>
    </details>
  );
}

interface Input {
  field: Field;
  typed: string;
  onType: (typed: string) => void;
  error: string | undefined;
  secret: Group['secret'];
}

function FieldInput({ field, typed, onType, error, secret }: Input) {
  const shared = {
    label: field.label,
    description: field.help,
    placeholder:
      secret === 'kept'
        ? 'Leave empty to keep what is kept'
        : (field.placeholder ?? (field.optional ? 'May stay empty' : undefined)),
    error: faultOf(field, typed) ?? error,
  };
  const onChange = (event: { currentTarget: { value: string } }) => onType(event.currentTarget.value);
  switch (field.as) {
    case 'choice':
      return (
        <Select
          {...shared}
          clearable={field.optional}
          placeholder="As usual"
          data={Object.entries(field.choices ?? {}).map(([value, label]) => ({ value, label }))}
          value={typed === '' ? null : typed}
          onChange={(value) => onType(value ?? '')}
        />
      );
    case 'flag':
      return (
        <Checkbox
          label={field.label}
          description={field.help}
          error={error}
          checked={typed === 'true'}
          onChange={(event) => onType(event.currentTarget.checked ? 'true' : '')}
        />
      );
    case 'number':
      return <NumberInput {...shared} hideControls value={typed} onChange={(value) => onType(String(value))} />;
    case 'lines':
      return (
        <Textarea
          {...shared}
          autosize
          minRows={2}
          maxRows={12}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          autoComplete="off"
          value={typed}
          onChange={onChange}
        />
      );
    case 'text':
      return secret === undefined ? (
        <TextInput {...shared} value={typed} onChange={onChange} />
      ) : (
        <PasswordInput {...shared} autoComplete="new-password" value={typed} onChange={onChange} />
      );
  }
}
