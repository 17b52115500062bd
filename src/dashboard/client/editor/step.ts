import type { Draft } from './draft.js';

/** What a step of the editor works on: the draft, how to change it, and what is wrong with it by field. */
export interface Step {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  errors: Record<string, string>;
}

/** The steps in their order, each with the fields of the API that are its. */
export const STEPS = [
  { label: 'Content', fields: ['name', 'channel', 'subject', 'message', 'format'] },
  { label: 'Audience', fields: ['include', 'exclude', 'only_new', 'target_segment'] },
  { label: 'Schedule', fields: [] },
  { label: 'Review', fields: [] },
] as const;

/** The step in which the first of these errors is to be mended; what is nobody else's belongs to the schedule. */
export function stepOf(errors: Record<string, string>): number {
  const fields = Object.keys(errors).map((pointer) => pointer.split('/')[0]!);
  const step = STEPS.findIndex((step) => step.fields.some((field) => fields.includes(field)));
  return step === -1 ? 2 : step;
}

/** The message for a field or anything inside it. */
export const errorAt = (errors: Record<string, string>, field: string): string | undefined =>
  errors[field] ?? Object.entries(errors).find(([pointer]) => pointer.startsWith(`${field}/`))?.[1];
