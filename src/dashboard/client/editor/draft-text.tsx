import { Textarea, type TextareaProps, TextInput, type TextInputProps } from '@mantine/core';
import type { Draft } from './draft.js';
import { errorAt, type Step } from './step.js';

/** The fields of a draft that are plain text. */
type TextName = { [Name in keyof Draft]: Draft[Name] extends string ? Name : never }[keyof Draft];

interface Field {
  step: Step;
  name: TextName;
  /** What the API calls it, where that is something else. */
  at?: string;
}

const inputOf = ({ step: { draft, set, errors }, name, at = name }: Field) => ({
  value: draft[name],
  onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  error: errorAt(errors, at),
});

/** A line of text of a draft, with what is wrong with it. */
export function DraftLine({ step, name, at, ...props }: Field & Omit<TextInputProps, 'name' | 'step'>) {
  return <TextInput {...props} {...inputOf({ step, name, at })} />;
}

/** A text of several lines of a draft, written in a type in which templates are read well. */
export function DraftText({ step, name, at, ...props }: Field & Omit<TextareaProps, 'name' | 'step'>) {
  return <Textarea autosize maxRows={24} styles={CODE} {...props} {...inputOf({ step, name, at })} />;
}

/** The type of what is a template or a code. */
export const CODE = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };
