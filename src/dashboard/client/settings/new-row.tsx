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
  /** A field that may be left empty, for what is listed with commas: as it is called in the API, its label and an example. */
  listed?: { field: string; label: string; placeholder: string };
  make: (name: string, right: Right, list: string[]) => Promise<unknown>;
}

/** A row above a list by which one more is made: who or what it is, and what it may do. */
export function NewRow<Right extends string>(props: Asked<Right>) {
  const { field, label, placeholder, rightLabel, rights, usual, verb, listed } = props;
  const [name, setName] = useState('');
  const [right, setRight] = useState(usual);
  const [list, setList] = useState('');
  const make = useMutation({
    mutationFn: () => props.make(name.trim(), right, itemsOf(list)),
    onSuccess: () => {
      setName('');
      setList('');
    },
  });
  const errors = fieldErrors(make.error);
  const listError = listed && Object.entries(errors).find(([at]) => at.split('/')[0] === listed.field)?.[1];
  return (
    <Form onSubmit={() => make.mutate()} busy={make.isPending} again>
      <Group p="md" gap="xs" align="flex-start" className="line">
        <TextInput
          aria-label={label}
          placeholder={placeholder}
          flex="1 1 14rem"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errors[field] ?? (make.error && !listError ? wordsOf(make.error) : undefined)}
        />
        <Select
          aria-label={rightLabel}
          w={190}
          allowDeselect={false}
          data={rights}
          value={right}
          onChange={(value) => value !== null && setRight(value)}
        />
        {listed && (
          <TextInput
            aria-label={listed.label}
            placeholder={listed.placeholder}
            flex="1 1 14rem"
            value={list}
            onChange={(event) => setList(event.currentTarget.value)}
            error={listError}
          />
        )}
        <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
          {verb}
        </Button>
      </Group>
    </Form>
  );
}

const itemsOf = (typed: string): string[] =>
  typed
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
