import type { Draft } from './draft.js';

/** What a step of the editor works on: the draft, how to change it, and what is wrong with it by field. */
export interface Step {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  errors: Record<string, string>;
}

/** The steps in their order, each with its word in the address and the fields of the API that are its. */
export const STEPS = [
  {
    label: 'Content',
    word: 'content',
    fields: [
      ...(['name', 'channel', 'kind', 'subject', 'message', 'format', 'preheader', 'text', 'footer'] as const),
      ...(['sender', 'reply_to', 'headers', 'url', 'icon', 'provider', 'tracking'] as const),
      ...(['variants', 'test_share', 'hold_out', 'winner'] as const),
    ],
  },
  { label: 'Audience', word: 'audience', fields: ['include', 'exclude', 'only_new', 'target_segment'] },
  { label: 'Schedule', word: 'schedule', fields: [] },
  { label: 'Review', word: 'review', fields: [] },
] as const;

/** The step in which the first of these errors is to be mended; what is nobody else's belongs to the schedule. */
export function stepOf(errors: Record<string, string>): number {
  const fields = Object.keys(errors).map((pointer) => pointer.split('/')[0]!);
  const step = STEPS.findIndex((step) => step.fields.some((field: string) => fields.includes(field)));
  return step === -1 ? 2 : step;
}

/** Whether a step lacks what must be there before a campaign can be kept. */
export const isLacking = (step: number, draft: Draft): boolean =>
  (['name', 'message', 'schedule_time'] as const).some(
    (field) => draft[field].trim() === '' && stepOf({ [field]: '' }) === step,
  );

/** The message for a field or anything inside it. */
export const errorAt = (errors: Record<string, string>, field: string): string | undefined =>
  errors[field] ?? Object.entries(errors).find(([pointer]) => pointer.startsWith(`${field}/`))?.[1];

/** The step that an address names; the first where it names none. */
export const stepNamed = (word: string | undefined): number =>
  Math.max(
    0,
    STEPS.findIndex((step) => step.word === word),
  );

/** The step that comes last, when what was written is kept. */
export const REVIEW = STEPS.length - 1;
