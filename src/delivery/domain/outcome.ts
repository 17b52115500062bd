/** The four ends a recipient can come to. */
export const OUTCOMES = ['sent', 'failed', 'skipped', 'in_doubt'] as const;
export type Outcome = (typeof OUTCOMES)[number];
