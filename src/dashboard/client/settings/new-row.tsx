import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldErrors, wordsOf } from '../api/problem.js';
import { Form } from '../elements/form.js';

interface Asked<Right extends string> {
  /** The field of the API, its label and an example. */
  field: string;
  label: string;
  placeholder: string;
  rightLabel: string;
  rights: { value: Right; label: string }[];
  usual: Right;
  verb: string;
  make: (name: string, right: Right) => Promise<unknown>;
}

/** A row above a list by which one more is made: who or what it is, and what it may do. */
export function NewRow<Right extends string>(props: Asked<Right>) {
  const { field, label, placeholder, rightLabel, rights, usual, verb } = props;
  const [name, setName] = useState('');
  const [right, setRight] = useState(usual);
  const make = useMutation({ mutationFn: () => props.make(name.trim(), right), onSuccess: () => setName('') });
  return (
    <Form onSubmit={() => make.mutate()} busy={make.isPending} again>
      <Group p="md" gap="xs" align="flex-start" className="line">
        <TextInput
          aria-label={label}
          placeholder={placeholder}
          flex="1 1 14rem"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldErrors(make.error)[field] ?? (make.error ? wordsOf(make.error) : undefined)}
        />
        <Select
          aria-label={rightLabel}
          w={190}
          allowDeselect={false}
          data={rights}
          value={right}
          onChange={(value) => value !== null && setRight(value)}
        />
        <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
          {verb}
        </Button>
      </Group>
    </Form>
  );
}
